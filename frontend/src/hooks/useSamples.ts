import { type UseQueryOptions, useQueries, useQuery } from "@tanstack/react-query"
import { getCell, getSamples } from "@/api/datasets"
import { keys } from "@/api/keys"
import type { SamplePage, SampleRow } from "@/api/types"

export const SAMPLE_PAGE = 100

export interface SampleSource {
  id: string
  split: string
  /** Only rows that hold this text; "" for all. */
  q: string
}

function pageQuery({ id, split, q }: SampleSource, page: number): UseQueryOptions<SamplePage> {
  return {
    queryKey: [...keys.samples(id, split, q), page],
    queryFn: ({ signal }) =>
      getSamples(id, { split, q, offset: page * SAMPLE_PAGE, limit: SAMPLE_PAGE }, signal),
    staleTime: 60_000,
  }
}

/** The first page, which tells the columns and how many rows there are. */
export function useSampleHead(source: SampleSource) {
  return useQuery(pageQuery(source, 0))
}

/** The rows from `first` to `end` by their place, fetched page by page as they come into sight. */
export function useSampleRows(source: SampleSource, first: number, end: number) {
  const from = Math.floor(first / SAMPLE_PAGE)
  const to = Math.max(from, Math.floor(Math.max(first, end - 1) / SAMPLE_PAGE))
  const pages = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  return useQueries({
    queries: pages.map((page) => pageQuery(source, page)),
    combine: (results) => {
      const rows = new Map<number, SampleRow>()
      results.forEach((result, index) => {
        const start = (pages[index] ?? 0) * SAMPLE_PAGE
        result.data?.rows.forEach((row, place) => {
          rows.set(start + place, row)
        })
      })
      const failed = results.filter((result) => result.error)
      return {
        rows,
        partial: results.some((result) => result.data?.partial),
        error: failed[0]?.error ?? null,
        refetch: () => Promise.all(failed.map((result) => result.refetch())),
      }
    },
  })
}

/** One whole cell, when the page holds only its beginning. */
export function useCell(id: string, split: string, row: number, column: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.cell(id, split, row, column),
    queryFn: ({ signal }) => getCell(id, split, row, column, signal),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
  })
}
