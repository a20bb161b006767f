import { useMutation } from "@tanstack/react-query"
import { refreshDataset } from "@/api/cache"
import { tokenizeDataset } from "@/api/datasets"
import { keys } from "@/api/keys"
import { queryClient } from "@/api/queryClient"
import { deleteTokenization } from "@/api/tokenizations"
import type { TokenizationConfig } from "@/api/types"
import { takeAccepted } from "./useDatasets"

export function useTokenize(datasetId: string) {
  return useMutation({
    mutationFn: (config: TokenizationConfig) => tokenizeDataset(datasetId, config),
    onSuccess: takeAccepted,
  })
}

export function useDeleteTokenization(datasetId: string) {
  return useMutation({
    mutationFn: deleteTokenization,
    onSuccess: () => {
      void refreshDataset(datasetId)
      void queryClient.invalidateQueries({ queryKey: keys.jobs })
    },
  })
}
