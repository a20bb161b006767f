import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query"
import { dropDataset, findDataset, putDataset, refreshDataset } from "@/api/cache"
import {
  deleteDataset,
  getDataset,
  getStatistics,
  listDatasets,
  patchDataset,
  startDemo,
} from "@/api/datasets"
import { type DatasetFilters, keys } from "@/api/keys"
import { queryClient } from "@/api/queryClient"
import { listTokenizations } from "@/api/tokenizations"
import type { DatasetPatch, JobAccepted } from "@/api/types"
import { useDatasetsStore } from "@/stores/datasetsStore"

/** Without a live socket the page asks again by itself; beside one it never does. */
export function useFallbackPolling(): number | false {
  return useDatasetsStore((state) => (state.connection === "lost" ? 5000 : false))
}

/** Every dataset that fits the filters, page by page. */
export function useDatasets(filters: DatasetFilters) {
  const refetchInterval = useFallbackPolling()
  return useInfiniteQuery({
    queryKey: keys.datasetList(filters),
    queryFn: ({ pageParam, signal }) => listDatasets(filters, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (previous) => previous,
    refetchInterval,
  })
}

export function useDataset(id: string) {
  const refetchInterval = useFallbackPolling()
  return useQuery({
    queryKey: keys.datasetView(id),
    queryFn: ({ signal }) => getDataset(id, signal),
    enabled: id !== "",
    refetchInterval,
  })
}

/** What a list already knows of a dataset, for the moment before its own view has been fetched. */
export function knownDataset(id: string) {
  return findDataset(id)
}

export function useStatistics(id: string) {
  return useQuery({ queryKey: keys.statistics(id), queryFn: ({ signal }) => getStatistics(id, signal) })
}

export function useTokenizations(id: string) {
  const refetchInterval = useFallbackPolling()
  return useQuery({
    queryKey: keys.tokenizations(id),
    queryFn: ({ signal }) => listTokenizations(id, signal),
    refetchInterval,
  })
}

/** After any accepted work: the dataset as the answer shows it, at once, and the job lists anew. */
export function takeAccepted(accepted: JobAccepted): void {
  const { dataset } = accepted
  if (dataset) {
    useDatasetsStore.getState().addDataset(dataset)
    void queryClient.invalidateQueries({ queryKey: keys.dataset(dataset.id) })
  }
  void queryClient.invalidateQueries({ queryKey: keys.jobs })
}

export function useStartDemo() {
  return useMutation({ mutationFn: startDemo, onSuccess: takeAccepted })
}

export function useDeleteDataset() {
  return useMutation({
    mutationFn: deleteDataset,
    onSuccess: (_, id) => {
      useDatasetsStore.getState().removeDataset(id)
      dropDataset(id)
      void queryClient.invalidateQueries({ queryKey: keys.jobs })
    },
  })
}

export function usePatchDataset(id: string) {
  return useMutation({
    mutationFn: (patch: DatasetPatch) => patchDataset(id, patch),
    onSuccess: (dataset) => {
      putDataset(dataset)
      void refreshDataset(id)
    },
  })
}
