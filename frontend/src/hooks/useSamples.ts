import { useQueries, useQuery } from "@tanstack/react-query"
import { getCell, getSamples } from "@/api/datasets"
import { keys } from "@/api/keys"
import type { SampleRow } from "@/api/types"

export const SAMPLE_PAGE = 100

/** The rows of a split from `first` to `end`, fetched page by page as they come into sight. */
export function useSamples(id: string, split: string, q: string, first: number, end: number) {
  const from = Math.floor(first / SAMPLE_PAGE)
  const to = Math.max(from, Math.floor(Math.max(first, end - 1) / SAMPLE_PAGE))
  const pages = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  // The first page tells the columns and the total, and is kept whatever is in sight.
  const wanted = from > 0 ? [0, ...pages] : pages
  return useQueries({
    queries: wanted.map((page) => ({
      queryKey: [...keys.samples(id, split, q), page],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        getSamples(id, { split, q, offset: page * SAMPLE_PAGE, limit: SAMPLE_PAGE }, signal),
      staleTime: 60_000,
      enabled: split !== "",
    })),
    combine: (results) => {
      const rows = new Map<number, SampleRow>()
      results.forEach((result, index) => {
        const start = (wanted[index] ?? 0) * SAMPLE_PAGE
        result.data?.rows.forEach((row, place) => {
          rows.set(start + place, row)
        })
      })
      const head = results[0]?.data
      return {
        rows,
        features: head?.features ?? null,
        total: head?.num_rows_total ?? null,
        partial: results.some((result) => result.data?.partial),
        error: results.find((result) => result.error)?.error ?? null,
        isPending: results[0]?.isPending ?? true,
        refetch: () => Promise.all(results.filter((one) => one.error).map((one) => one.refetch())),
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
