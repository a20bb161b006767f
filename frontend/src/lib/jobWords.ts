import { formatDoneOf, formatPercent, formatRate, formatTimeLeft } from "./format"

const doing: Record<string, string> = {
  download: "Downloading",
  ingest: "Reading the file",
  tokenize: "Tokenizing",
  delete: "Deleting",
  export: "Exporting",
  preview: "Preview",
}

const nouns: Record<string, string> = {
  download: "Download",
  ingest: "Ingest",
  tokenize: "Tokenize",
  delete: "Delete",
  export: "Export",
  preview: "Preview",
}

export function kindNoun(kind: string): string {
  return nouns[kind] ?? kind
}

interface Progress {
  kind: string
  state: string
  stage: string | null
  progress: number | null
  done: number | null
  total: number | null
  unit: string | null
  rate: number | null
  eta_s: number | null
}

function sentence(text: string): string {
  const words = text.replaceAll("_", " ")
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What the job does at this moment, in one or two words. */
export function stageWords(job: Progress): string {
  if (job.state === "queued") return "Waiting"
  if (job.state === "retrying") return "Waiting to retry"
  if (job.state === "cancelling") return "Cancelling"
  return job.stage ? sentence(job.stage) : (doing[job.kind] ?? sentence(job.kind))
}

/** Nothing happens to the job at this moment: it waits for its turn. */
export function isWaiting(job: Progress): boolean {
  return job.state === "queued" || job.state === "retrying"
}

/** Done of total, rate, time left: only what is known, in this order. */
export function progressParts(job: Progress): string[] {
  if (job.state !== "running") return []
  const parts = [
    formatDoneOf(job.done, job.total, job.unit),
    formatRate(job.rate, job.unit),
    formatTimeLeft(job.eta_s),
  ]
  return parts.filter((part): part is string => part !== null)
}

/** The whole of it as one sentence, for screen readers. */
export function progressSentence(job: Progress): string {
  return [stageWords(job), formatPercent(job.progress), ...progressParts(job)].filter(Boolean).join(", ")
}
