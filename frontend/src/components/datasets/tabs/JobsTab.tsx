import { ListChecks } from "lucide-react"
import { useMemo } from "react"
import { useJobs } from "@/hooks/useJobs"
import { EmptyState } from "../../common/EmptyState"
import { ErrorNotice } from "../../common/ErrorNotice"
import { Skeleton } from "../../common/Skeleton"
import { JobList } from "../../jobs/JobList"

export function JobsTab({ datasetId }: { datasetId: string }) {
  const query = useJobs(useMemo(() => ({ dataset_id: datasetId }), [datasetId]))
  if (query.error) return <ErrorNotice error={query.error} onRetry={() => query.refetch()} />
  if (!query.data) return <Skeleton className="h-40" />
  const jobs = query.data.pages.flatMap((page) => page.items)
  if (!jobs.length) return <EmptyState icon={<ListChecks aria-hidden />} title="No jobs yet" />
  return (
    <JobList
      jobs={jobs}
      showDataset={false}
      onMore={query.hasNextPage ? () => query.fetchNextPage() : undefined}
    />
  )
}
