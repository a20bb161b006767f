import { useMemo } from "react"
import { useSearchParams } from "react-router"
import { DATASET_SORTS, type DatasetSort } from "@/api/datasets"
import type { DatasetFilters } from "@/api/keys"

export interface ListFilters extends DatasetFilters {
  q: string
  status: readonly string[]
  source: readonly string[]
  sort: DatasetSort
}

/** The panel's filters, kept in the address so that a view can be shared and Back undoes it. */
export function useListFilters() {
  const [params, setParams] = useSearchParams()
  const key = ["q", "status", "source", "sort"].map((name) => params.getAll(name).join(",")).join("|")
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` holds every parameter that is read.
  const filters = useMemo<ListFilters>(() => {
    const sort = DATASET_SORTS.find((name) => name === params.get("sort")) ?? "-created_at"
    return {
      q: params.get("q") ?? "",
      status: params.getAll("status"),
      source: params.getAll("source"),
      sort,
    }
  }, [key])

  const setFilters = (change: Partial<ListFilters>) =>
    setParams(
      (previous) => {
        const next = new URLSearchParams(previous)
        for (const [name, value] of Object.entries(change)) {
          next.delete(name)
          const values = Array.isArray(value) ? value : [value]
          for (const one of values) {
            if (one && !(name === "sort" && one === "-created_at")) next.append(name, one)
          }
        }
        return next
      },
      { replace: true },
    )

  const isFiltered = Boolean(filters.q || filters.status.length || filters.source.length)
  const clear = () => setFilters({ q: "", status: [], source: [] })
  return { filters, setFilters, isFiltered, clear }
}
