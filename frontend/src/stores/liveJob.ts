import { isActive } from "@/api/jobs"
import type { DatasetProgress, JobView } from "@/api/types"

/** What of a job is shown while it runs; an event of the socket carries all of it. */
export type LiveJob = Pick<
  JobView,
  | "id"
  | "kind"
  | "dataset_id"
  | "tokenization_id"
  | "state"
  | "stage"
  | "progress"
  | "done"
  | "total"
  | "unit"
  | "rate"
  | "eta_s"
  | "message"
  | "error"
  | "fence"
>

/** The job as it stands now: the fetched one, carried on by later events. */
export function withLive<Job extends LiveJob>(job: Job, event: DatasetProgress | undefined): Job {
  if (!event || event.fence < job.fence || !isActive(job.state)) return job
  return { ...job, ...liveFields(event) }
}

export function fromEvent(event: DatasetProgress): LiveJob {
  return {
    id: event.job_id,
    kind: event.kind,
    dataset_id: event.dataset_id,
    tokenization_id: event.tokenization_id,
    ...liveFields(event),
  }
}

function liveFields(event: DatasetProgress) {
  const { state, stage, progress, done, total, unit, rate, eta_s, message, error, fence } = event
  return { state, stage, progress, done, total, unit, rate, eta_s, message, error, fence }
}
