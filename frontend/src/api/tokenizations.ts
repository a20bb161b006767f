import { client, unwrap } from "./client"

const at = (tokenization_id: string) => ({ path: { tokenization_id } })

export function listTokenizations(dataset_id: string, signal?: AbortSignal) {
  return unwrap(
    client.GET("/api/v1/datasets/{dataset_id}/tokenizations", { params: { path: { dataset_id } }, signal }),
  )
}

export function getTokenization(id: string, signal?: AbortSignal) {
  return unwrap(client.GET("/api/v1/tokenizations/{tokenization_id}", { params: at(id), signal }))
}

export function deleteTokenization(id: string) {
  return unwrap(client.DELETE("/api/v1/tokenizations/{tokenization_id}", { params: at(id) }))
}
