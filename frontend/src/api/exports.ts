import { client, unwrap } from "./client"
import type { ExportFormat } from "./types"

export function listExports(tokenization_id: string, signal?: AbortSignal) {
  const params = { path: { tokenization_id } }
  return unwrap(client.GET("/api/v1/tokenizations/{tokenization_id}/exports", { params, signal }))
}

/** Files of a result for other tools. The same request again finds those that are there. */
export function exportTokenization(tokenization_id: string, format: ExportFormat) {
  const params = { path: { tokenization_id } }
  return unwrap(
    client.POST("/api/v1/tokenizations/{tokenization_id}/export", {
      params,
      // Every other option keeps the server's default.
      body: { format },
    }),
  )
}

export function deleteExport(export_id: string) {
  return unwrap(client.DELETE("/api/v1/exports/{export_id}", { params: { path: { export_id } } }))
}

/** The address a file of an export is saved from. */
export function exportFileUrl(exportId: string, path: string): string {
  return `/api/v1/exports/${exportId}/files/${path.split("/").map(encodeURIComponent).join("/")}`
}
