import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { dryRun } from "@/api/datasets"
import { keys } from "@/api/keys"
import { previewTokens } from "@/api/tokenizations"
import type { TokenizationConfig } from "@/api/types"
import { useDebounced } from "./useDebounced"

const PREVIEW_PAUSE_MS = 350
const FORECAST_PAUSE_MS = 900

interface PreviewOf {
  datasetId: string
  split: string
  rows: number[]
  /** Null while the form is not valid. */
  config: TokenizationConfig | null
}

/** Real rows as tokens under the form's configuration, a moment after it has changed. */
export function useTokenPreview({ datasetId, split, rows, config }: PreviewOf) {
  const settled = useDebounced(config, PREVIEW_PAUSE_MS)
  return useQuery({
    queryKey: keys.tokenPreview({ datasetId, split, rows, config: settled }),
    queryFn: ({ signal }) =>
      previewTokens({ dataset_id: datasetId, split, rows, configs: settled ? [settled] : [] }, signal),
    enabled: settled !== null && rows.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 5 * 60_000,
    retry: 1,
  })
}

/** What the run would make: tokens, rows, bytes, time, and what is lost. */
export function useForecast(datasetId: string, config: TokenizationConfig | null) {
  const settled = useDebounced(config, FORECAST_PAUSE_MS)
  return useQuery({
    queryKey: keys.dryRun(datasetId, settled ?? {}),
    queryFn: async ({ signal }) => {
      if (!settled) return null
      const answer = await dryRun(datasetId, settled, signal)
      return answer.dry_run
    },
    enabled: settled !== null,
    placeholderData: keepPreviousData,
    staleTime: 5 * 60_000,
    retry: 1,
  })
}
