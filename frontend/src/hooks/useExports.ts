import { useMutation, useQuery } from "@tanstack/react-query"
import { deleteExport, exportTokenization, listExports } from "@/api/exports"
import { keys } from "@/api/keys"
import { queryClient } from "@/api/queryClient"
import type { ExportFormat } from "@/api/types"
import { useFallbackPolling } from "./useDatasets"

export function useExports(tokenizationId: string) {
  const refetchInterval = useFallbackPolling()
  return useQuery({
    queryKey: keys.exports(tokenizationId),
    queryFn: ({ signal }) => listExports(tokenizationId, signal),
    refetchInterval,
  })
}

function reload(tokenizationId: string): void {
  void queryClient.invalidateQueries({ queryKey: keys.exports(tokenizationId) })
  void queryClient.invalidateQueries({ queryKey: keys.jobs })
}

export function useExport(tokenizationId: string) {
  return useMutation({
    mutationFn: (format: ExportFormat) => exportTokenization(tokenizationId, format),
    onSuccess: () => reload(tokenizationId),
  })
}

export function useDeleteExport(tokenizationId: string) {
  return useMutation({ mutationFn: deleteExport, onSuccess: () => reload(tokenizationId) })
}
