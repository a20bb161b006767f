import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query"
import { refreshDataset } from "@/api/cache"
import { ACTIVE_STATES, cancelJob, getJob, getJobLog, type JobFilters, listJobs, retryJob } from "@/api/jobs"
import { keys } from "@/api/keys"
import { queryClient } from "@/api/queryClient"
import { takeAccepted, useFallbackPolling } from "./useDatasets"

export function useJobs(filters: JobFilters) {
  const refetchInterval = useFallbackPolling()
  return useInfiniteQuery({
    queryKey: keys.jobList(filters),
    queryFn: ({ pageParam, signal }) => listJobs(filters, pageParam, 50, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (previous) => previous,
    refetchInterval,
  })
}

/** How many jobs wait or run. */
export function useActiveJobCount(): number | null {
  const refetchInterval = useFallbackPolling()
  const { data } = useQuery({
    queryKey: keys.jobList({ count: true }),
    queryFn: ({ signal }) => listJobs({ state: ACTIVE_STATES }, null, 1, signal),
    refetchInterval,
  })
  return data?.total ?? null
}

export function useJob(id: string) {
  return useQuery({ queryKey: keys.job(id), queryFn: ({ signal }) => getJob(id, signal) })
}

export function useJobLog(id: string) {
  const refetchInterval = useFallbackPolling()
  return useQuery({
    queryKey: keys.jobLog(id),
    queryFn: ({ signal }) => getJobLog(id, signal),
    refetchInterval,
  })
}

export function useCancelJob() {
  return useMutation({
    mutationFn: cancelJob,
    onSuccess: (job) => {
      queryClient.setQueryData(keys.job(job.id), job)
      void queryClient.invalidateQueries({ queryKey: keys.jobs })
      if (job.dataset_id) void refreshDataset(job.dataset_id)
    },
  })
}

export function useRetryJob() {
  return useMutation({ mutationFn: retryJob, onSuccess: takeAccepted })
}
