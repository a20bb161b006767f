import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query"
import { downloadDataset } from "@/api/datasets"
import { getHubDataset, getHubRows, type HubChoice, searchHubDatasets, searchHubTokenizers } from "@/api/hub"
import { keys } from "@/api/keys"
import { takeAccepted } from "./useDatasets"
import { useDebounced } from "./useDebounced"

const PAUSE_MS = 250
const KEPT_MS = 5 * 60_000
const MIN_LETTERS = 2

/** Datasets of the Hub whose name holds what was typed. */
export function useHubSearch(typed: string) {
  const q = useDebounced(typed.trim(), PAUSE_MS)
  return useQuery({
    queryKey: keys.hubDatasets(q),
    queryFn: ({ signal }) => searchHubDatasets(q, signal),
    enabled: q.length >= MIN_LETTERS,
    placeholderData: keepPreviousData,
    staleTime: KEPT_MS,
    retry: false,
  })
}

export function useHubTokenizerSearch(typed: string) {
  const q = useDebounced(typed.trim(), PAUSE_MS)
  return useQuery({
    queryKey: keys.hubTokenizers(q),
    queryFn: ({ signal }) => searchHubTokenizers(q, signal),
    enabled: q.length >= MIN_LETTERS && !q.startsWith("local:"),
    placeholderData: keepPreviousData,
    staleTime: KEPT_MS,
    retry: false,
  })
}

/** Configs, splits and sizes of a dataset of the Hub. */
export function useHubDataset(name: string, revision: string) {
  return useQuery({
    queryKey: keys.hubDataset(name, revision),
    queryFn: ({ signal }) => getHubDataset(name, revision, signal),
    enabled: name !== "",
    staleTime: KEPT_MS,
    retry: 1,
  })
}

export function useHubRows(choice: HubChoice, enabled: boolean) {
  return useQuery({
    queryKey: keys.hubRows(choice),
    queryFn: ({ signal }) => getHubRows(choice, signal),
    enabled,
    staleTime: KEPT_MS,
    retry: 1,
  })
}

export function useDownload() {
  return useMutation({ mutationFn: downloadDataset, onSuccess: takeAccepted })
}
