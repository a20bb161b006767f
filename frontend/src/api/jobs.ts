import { client, unwrap } from "./client"
import type { JobKind, JobState } from "./types"

export interface JobFilters {
  state?: readonly JobState[]
  kind?: readonly JobKind[]
  dataset_id?: string
}

export const ACTIVE_STATES: readonly JobState[] = ["queued", "running", "retrying", "cancelling"]

export function isActive(state: JobState): boolean {
  return ACTIVE_STATES.includes(state)
}

/** Jobs that people asked for; previews come and go with every keystroke of a form. */
const SHOWN_KINDS: JobKind[] = ["download", "ingest", "tokenize", "delete", "export"]

const at = (job_id: string) => ({ path: { job_id } })

export function listJobs(filters: JobFilters, cursor: string | null, limit = 50, signal?: AbortSignal) {
  const query = {
    state: filters.state as JobState[] | undefined,
    kind: filters.kind ? [...filters.kind] : SHOWN_KINDS,
    dataset_id: filters.dataset_id,
    limit,
    cursor: cursor ?? undefined,
  }
  return unwrap(client.GET("/api/v1/jobs", { params: { query }, signal }))
}

export function getJob(id: string, signal?: AbortSignal) {
  return unwrap(client.GET("/api/v1/jobs/{job_id}", { params: at(id), signal }))
}

export function getJobLog(id: string, signal?: AbortSignal) {
  return unwrap(client.GET("/api/v1/jobs/{job_id}/log", { params: at(id), signal }))
}

export function cancelJob(id: string) {
  return unwrap(client.POST("/api/v1/jobs/{job_id}/cancel", { params: at(id) }))
}

export function retryJob(id: string) {
  return unwrap(client.POST("/api/v1/jobs/{job_id}/retry", { params: at(id) }))
}
