import type { JobView } from "@/api/types"
import { useDatasetsStore } from "@/stores/datasetsStore"
import { withLive } from "@/stores/liveJob"
import { Button } from "../common/Button"
import { JobRow } from "./JobRow"

interface JobListProps {
  jobs: readonly JobView[]
  showDataset: boolean
  onMore?: () => void
}

/** One line a job; a line opens to its stages, log and error. */
export function JobList({ jobs, showDataset, onMore }: JobListProps) {
  const live = useDatasetsStore((state) => state.liveJobs)
  return (
    <>
      <ul className="divide-y divide-line rounded-card border border-line bg-surface" aria-label="Jobs">
        {jobs.map((job) => (
          <JobRow key={job.id} job={withLive(job, live[job.id])} showDataset={showDataset} />
        ))}
      </ul>
      {onMore && (
        <div className="mt-4 text-center">
          <Button onClick={onMore}>Show more</Button>
        </div>
      )}
    </>
  )
}
