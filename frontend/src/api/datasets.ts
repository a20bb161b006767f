import { client, unwrap } from "./client"
import type { DatasetFilters } from "./keys"
import type {
  DatasetPatch,
  DatasetSource,
  DatasetStatus,
  DownloadRequest,
  IngestRequest,
  TokenizationConfig,
} from "./types"

export const DATASET_SORTS = [
  "-created_at",
  "-updated_at",
  "name",
  "-name",
  "-num_samples",
  "created_at",
] as const
export type DatasetSort = (typeof DATASET_SORTS)[number]
export const PAGE_SIZE = 100

export function listDatasets(filters: DatasetFilters, cursor: string | null, signal?: AbortSignal) {
  const query = {
    q: filters.q || undefined,
    status: filters.status as DatasetStatus[] | undefined,
    source: filters.source as DatasetSource[] | undefined,
    sort: filters.sort as DatasetSort | undefined,
    limit: PAGE_SIZE,
    cursor: cursor ?? undefined,
  }
  return unwrap(client.GET("/api/v1/datasets", { params: { query }, signal }))
}

const at = (dataset_id: string) => ({ path: { dataset_id } })

export function getDataset(id: string, signal?: AbortSignal) {
  return unwrap(client.GET("/api/v1/datasets/{dataset_id}", { params: at(id), signal }))
}

export function patchDataset(id: string, body: DatasetPatch) {
  return unwrap(client.PATCH("/api/v1/datasets/{dataset_id}", { params: at(id), body }))
}

export function deleteDataset(id: string) {
  return unwrap(client.DELETE("/api/v1/datasets/{dataset_id}", { params: at(id) }))
}

export function ingestUpload(body: IngestRequest) {
  return unwrap(client.POST("/api/v1/datasets/ingest", { body }))
}

export function downloadDataset(body: DownloadRequest) {
  return unwrap(client.POST("/api/v1/datasets/download", { body }))
}

/** The built-in sample text, ingested and tokenized by a tokenizer trained on it. */
export function startDemo() {
  return unwrap(client.POST("/api/v1/datasets/demo"))
}

export function tokenizeDataset(id: string, body: TokenizationConfig) {
  return unwrap(client.POST("/api/v1/datasets/{dataset_id}/tokenize", { params: at(id), body }))
}

/** What the run would make, estimated from a sample of the rows. */
export function dryRun(id: string, body: TokenizationConfig, signal?: AbortSignal) {
  const params = { ...at(id), query: { dry_run: true } }
  return unwrap(client.POST("/api/v1/datasets/{dataset_id}/tokenize", { params, body, signal }))
}

export function getStatistics(id: string, signal?: AbortSignal) {
  return unwrap(client.GET("/api/v1/datasets/{dataset_id}/statistics", { params: at(id), signal }))
}

interface SampleQuery {
  split: string
  offset: number
  limit: number
  q?: string
}

export function getSamples(id: string, query: SampleQuery, signal?: AbortSignal) {
  const params = { ...at(id), query: { ...query, q: query.q || undefined } }
  return unwrap(client.GET("/api/v1/datasets/{dataset_id}/samples", { params, signal }))
}

export function getCell(id: string, split: string, row: number, column: string, signal?: AbortSignal) {
  const params = { ...at(id), query: { split, row, column } }
  return unwrap(client.GET("/api/v1/datasets/{dataset_id}/samples/cell", { params, signal }))
}
