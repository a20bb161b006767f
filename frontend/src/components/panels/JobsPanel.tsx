import { ListChecks } from "lucide-react"
import { useMemo } from "react"
import { useSearchParams } from "react-router"
import { ACTIVE_STATES } from "@/api/jobs"
import type { JobState } from "@/api/types"
import { useJobs } from "@/hooks/useJobs"
import { EmptyState } from "../common/EmptyState"
import { ErrorNotice } from "../common/ErrorNotice"
import { Segmented } from "../common/Segmented"
import { LoadingText, Skeleton } from "../common/Skeleton"
import { JobList } from "../jobs/JobList"
import { PageBar } from "./PageBar"

const VIEWS = [
  { value: "all", label: "All" },
  { value: "active", label: "Running" },
  { value: "failed", label: "Failed" },
] as const
type View = (typeof VIEWS)[number]["value"]

const STATES: Record<View, readonly JobState[] | undefined> = {
  all: undefined,
  active: ACTIVE_STATES,
  failed: ["failed"],
}

export function JobsPanel() {
  const [params, setParams] = useSearchParams()
  const view = VIEWS.find(({ value }) => value === params.get("show"))?.value ?? "all"
  const query = useJobs(useMemo(() => ({ state: STATES[view] }), [view]))
  const jobs = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      <PageBar title="Jobs" count={query.data?.pages[0]?.total ?? null} />
      <div className="px-4 py-4 sm:px-6">
        <Segmented
          label="Show"
          value={view}
          options={VIEWS}
          onChange={(next) => setParams(next === "all" ? {} : { show: next }, { replace: true })}
          className="mb-4 max-w-80"
        />
        {query.error && <ErrorNotice error={query.error} onRetry={() => query.refetch()} className="mb-4" />}
        {query.isPending && (
          <div className="flex flex-col gap-2">
            <LoadingText>Loading the jobs</LoadingText>
            <Skeleton className="h-14" />
            <Skeleton className="h-14" />
            <Skeleton className="h-14" />
          </div>
        )}
        {query.isSuccess && !jobs.length && (
          <EmptyState
            icon={<ListChecks aria-hidden />}
            title={view === "all" ? "No jobs yet" : "None of these"}
          >
            Downloads, ingests and tokenizations are listed here, with their progress and outcome.
          </EmptyState>
        )}
        {jobs.length > 0 && (
          <JobList
            jobs={jobs}
            showDataset
            onMore={query.hasNextPage ? () => query.fetchNextPage() : undefined}
          />
        )}
      </div>
    </>
  )
}
