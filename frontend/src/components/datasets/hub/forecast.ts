import type { HubSplit } from "@/api/types"
import { formatBytes, formatCount } from "@/lib/format"

export interface HubForecast {
  downloadBytes: number
  diskBytes: number
  rows: number | null
  exact: boolean
}

/** What the chosen splits cost. A limit on the samples scales it, where the card says how many rows there are. */
export function forecastOf(splits: readonly HubSplit[], maxSamples: number | null): HubForecast {
  let exact = true
  let rows: number | null = 0
  let downloadBytes = 0
  let diskBytes = 0
  for (const split of splits) {
    const known = split.num_rows ?? null
    const share = maxSamples !== null && known ? Math.min(1, maxSamples / known) : 1
    downloadBytes += split.num_bytes * share
    diskBytes += split.num_bytes_arrow * share
    if (!split.is_exact || share < 1) exact = false
    const taken: number | null =
      known === null ? null : maxSamples === null ? known : Math.min(known, maxSamples)
    rows = rows === null || taken === null ? null : rows + taken
  }
  return { downloadBytes, diskBytes, rows, exact }
}

/** "2.12 M rows · 1.10 GB to download, about 2.30 GB on disk". */
export function forecastWords({ downloadBytes, diskBytes, rows, exact }: HubForecast): string {
  if (!downloadBytes) return ""
  const bytes = `${formatBytes(downloadBytes)} to download, ${exact ? "" : "about "}${formatBytes(diskBytes)} on disk`
  return rows === null ? bytes : `${formatCount(rows)} rows · ${bytes}`
}

export function splitWords(splits: readonly HubSplit[]): string {
  const { rows, downloadBytes } = forecastOf(splits, null)
  return [rows !== null && `${formatCount(rows)} rows`, formatBytes(downloadBytes)]
    .filter(Boolean)
    .join(" · ")
}
