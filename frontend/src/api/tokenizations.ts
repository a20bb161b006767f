import { client, unwrap } from "./client"
import type { TokenizationConfig } from "./types"

const at = (tokenization_id: string) => ({ path: { tokenization_id } })

export function listTokenizations(dataset_id: string, signal?: AbortSignal) {
  return unwrap(
    client.GET("/api/v1/datasets/{dataset_id}/tokenizations", { params: { path: { dataset_id } }, signal }),
  )
}

export function getTokenization(id: string, signal?: AbortSignal) {
  return unwrap(client.GET("/api/v1/tokenizations/{tokenization_id}", { params: at(id), signal }))
}

export interface PreviewRequest {
  dataset_id: string
  split: string
  rows: number[]
  configs: TokenizationConfig[]
}

/** Rows of a dataset as tokens, under each of the configurations. */
export function previewTokens(body: PreviewRequest, signal?: AbortSignal) {
  return unwrap(client.POST("/api/v1/tokenizers/preview", { body, signal }))
}

/** Rows of a result, with the text of each token. */
export function getTokenSamples(
  id: string,
  split: string,
  offset: number,
  limit: number,
  signal?: AbortSignal,
) {
  const params = { ...at(id), query: { split, offset, limit } }
  return unwrap(client.GET("/api/v1/tokenizations/{tokenization_id}/samples", { params, signal }))
}

export function deleteTokenization(id: string) {
  return unwrap(client.DELETE("/api/v1/tokenizations/{tokenization_id}", { params: at(id) }))
}
