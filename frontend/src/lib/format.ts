/** Numbers, sizes and times as people read them. What is unknown is "—", never 0. */

export const UNKNOWN = "—"
/** Not broken across lines: "2.12 M". */
const SPACE = "\u00a0"

type Maybe = number | null | undefined

const exact = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 })

function isKnown(value: Maybe): value is number {
  return value !== null && value !== undefined && Number.isFinite(value)
}

/** 2119719 → "2,119,719". */
export function formatExact(value: Maybe): string {
  return isKnown(value) ? exact.format(value) : UNKNOWN
}

function scaled(value: number, units: readonly string[]): string {
  let unit = 0
  let rest = value
  while (Math.abs(rest) >= 999.5 && unit < units.length - 1) {
    rest /= 1000
    unit += 1
  }
  if (unit === 0) return `${exact.format(rest)}${units[0] ? SPACE + units[0] : ""}`
  const digits = Math.abs(rest) >= 99.95 ? 0 : Math.abs(rest) >= 9.995 ? 1 : 2
  return `${rest.toFixed(digits)}${SPACE}${units[unit]}`
}

/** 2119719 → "2.12 M"; below ten thousand the figure itself: "9,876". */
export function formatCount(value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN
  return Math.abs(value) < 10_000 ? exact.format(value) : scaled(value, ["", "k", "M", "B", "T"])
}

/** 1234567 → "1.23 MB", decimal units. */
export function formatBytes(value: Maybe): string {
  return isKnown(value) ? scaled(value, ["B", "kB", "MB", "GB", "TB", "PB"]) : UNKNOWN
}

/** A quantity with the job's own unit; bytes are scaled as bytes. */
export function formatQuantity(value: Maybe, unit: string | null | undefined): string {
  if (!isKnown(value)) return UNKNOWN
  if (unit === "bytes") return formatBytes(value)
  return unit ? `${formatCount(value)} ${unit}` : formatCount(value)
}

/** "1.2 of 2.0 GB", "12,480 of 50,000 rows", or only what is done while the total is unknown. */
export function formatDoneOf(done: Maybe, total: Maybe, unit: string | null | undefined): string | null {
  if (!isKnown(done)) return null
  if (!isKnown(total)) return formatQuantity(done, unit)
  const first = unit === "bytes" ? formatBytes(done) : formatCount(done)
  return `${first} of ${formatQuantity(total, unit)}`
}

export function formatRate(rate: Maybe, unit: string | null | undefined): string | null {
  if (!isKnown(rate) || rate <= 0) return null
  const rounded = rate >= 10 ? Math.round(rate) : rate
  return `${formatQuantity(rounded, unit)}/s`
}

/** 134 → "2 min 14 s". */
export function formatDuration(seconds: Maybe): string {
  if (!isKnown(seconds) || seconds < 0) return UNKNOWN
  if (seconds < 1) return `${Math.max(1, Math.round(seconds * 1000))} ms`
  if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1).replace(/\.0$/, "")} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return join(whole, 60, "min", "s")
  if (whole < 86_400) return join(Math.round(whole / 60), 60, "h", "min")
  return join(Math.round(whole / 3600), 24, "d", "h")
}

function join(value: number, base: number, large: string, small: string): string {
  const rest = value % base
  const head = `${Math.floor(value / base)} ${large}`
  return rest ? `${head} ${rest} ${small}` : head
}

/** "about 3 min left". */
export function formatTimeLeft(seconds: Maybe): string | null {
  if (!isKnown(seconds) || seconds < 0) return null
  if (seconds < 5) return "a few seconds left"
  if (seconds < 60) return `about ${Math.ceil(seconds / 5) * 5} s left`
  if (seconds < 3600) return `about ${Math.round(seconds / 60)} min left`
  return `about ${formatDuration(Math.round(seconds / 600) * 600)} left`
}

/** A share of 0 to 1: 0.3712 → "37.1 %". Nothing that is there is shown as 0, nothing partial as all. */
export function formatShare(share: Maybe, digits = 1): string {
  if (!isKnown(share)) return UNKNOWN
  const least = 10 ** -digits
  const percent = share * 100
  if (percent > 0 && percent < least) return `< ${least} %`
  if (percent < 100 && percent > 100 - least) return `> ${100 - least} %`
  return `${percent.toFixed(percent === 0 || percent === 100 ? 0 : digits)} %`
}

/** Progress of 0 to 100, without decimals; 100 only when it is done. */
export function formatPercent(progress: Maybe): string | null {
  return isKnown(progress) ? `${Math.floor(progress)} %` : null
}

export function formatNumber(value: Maybe, digits = 1): string {
  if (!isKnown(value)) return UNKNOWN
  return new Intl.NumberFormat("en-US", { maximumFractionDigits: digits }).format(value)
}

const dateTime = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" })
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" })

export function formatDateTime(iso: string | null | undefined): string {
  return iso ? dateTime.format(new Date(iso)) : UNKNOWN
}

/** "just now", "4 min ago", "yesterday", then the date. */
export function formatAgo(iso: string | null | undefined, now: number = Date.now()): string {
  if (!iso) return UNKNOWN
  const then = new Date(iso).getTime()
  const seconds = Math.max(0, (now - then) / 1000)
  if (seconds < 45) return "just now"
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`
  if (seconds < 172_800) return "yesterday"
  if (seconds < 30 * 86_400) return `${Math.floor(seconds / 86_400)} days ago`
  return day.format(then)
}

/** "1 sample", "2 samples"; the count scaled like formatCount. */
export function plural(count: number, singular: string, many = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : many}`
}
