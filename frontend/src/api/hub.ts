import { client, unwrap } from "./client"

export function searchHubDatasets(q: string, signal?: AbortSignal) {
  return unwrap(client.GET("/api/v1/hub/datasets", { params: { query: { q } }, signal }))
}

export function searchHubTokenizers(q: string, signal?: AbortSignal) {
  return unwrap(client.GET("/api/v1/hub/tokenizers", { params: { query: { q } }, signal }))
}

/** What a dataset of the Hub holds, before anything of it is downloaded. */
export function getHubDataset(name: string, revision: string, signal?: AbortSignal) {
  const params = { path: { name }, query: { revision: revision || undefined } }
  return unwrap(client.GET("/api/v1/hub/datasets/{name}", { params, signal }))
}

export interface HubChoice {
  name: string
  config?: string
  split?: string
  revision?: string
}

/** The first rows of a split, read from the Hub. */
export function getHubRows(choice: HubChoice, signal?: AbortSignal) {
  return unwrap(client.GET("/api/v1/hub/rows", { params: { query: choice }, signal }))
}
