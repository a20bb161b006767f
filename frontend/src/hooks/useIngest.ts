import { useMutation, useQuery } from "@tanstack/react-query"
import { ingestUpload } from "@/api/datasets"
import { keys } from "@/api/keys"
import type { FilePreview } from "@/api/types"
import { getUploadPreview, type ReadOptions } from "@/api/uploads"
import { takeAccepted } from "./useDatasets"

/** The file's first rows, read as detected or as the person says. The last good preview stays while it loads. */
export function useFilePreview(uploadId: string, options: ReadOptions, detected: FilePreview | null) {
  const asDetected = Object.values(options).every((value) => value === null || value === undefined)
  return useQuery({
    queryKey: keys.uploadPreview(uploadId, options),
    queryFn: ({ signal }) => getUploadPreview(uploadId, options, signal),
    initialData: asDetected ? (detected ?? undefined) : undefined,
    placeholderData: (previous) => previous ?? detected ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
}

export function useIngest() {
  return useMutation({ mutationFn: ingestUpload, onSuccess: takeAccepted })
}
