import { useMemo } from "react"
import { useShallow } from "zustand/react/shallow"
import { isActive } from "@/api/jobs"
import type { JobView } from "@/api/types"
import { useDatasetsStore } from "@/stores/datasetsStore"
import { fromEvent, type LiveJob, withLive } from "@/stores/liveJob"

/** The jobs that work on a dataset now: those fetched with it, carried on by the live events. */
export function useDatasetProgress(datasetId: string, fetched: readonly JobView[]): readonly LiveJob[] {
  const events = useDatasetsStore(
    useShallow((state) => Object.values(state.liveJobs).filter((event) => event.dataset_id === datasetId)),
  )
  return useMemo(() => {
    const known = fetched.map((job) =>
      withLive<LiveJob>(
        job,
        events.find((event) => event.job_id === job.id),
      ),
    )
    const begun = events.filter((event) => !fetched.some((job) => job.id === event.job_id)).map(fromEvent)
    return [...known, ...begun].filter((job) => isActive(job.state))
  }, [fetched, events])
}
