import { Plus, SearchX } from "lucide-react"
import { lazy, Suspense, useCallback, useMemo } from "react"
import { Link, Outlet, useLocation } from "react-router"
import { useDatasets } from "@/hooks/useDatasets"
import { useListFilters } from "@/hooks/useListFilters"
import { useRowKeys } from "@/hooks/useRowKeys"
import { cn } from "@/lib/cn"
import { useDatasetsStore } from "@/stores/datasetsStore"
import { Button, buttonClass } from "../common/Button"
import { EmptyState } from "../common/EmptyState"
import { ErrorNotice } from "../common/ErrorNotice"
import { LoadingText } from "../common/Skeleton"
import { CardSkeleton } from "../datasets/CardSkeleton"
import { CARD_HEIGHT } from "../datasets/DatasetCard"
import { STATUS_WORDS } from "../datasets/StatusBadge"
import { CardGrid } from "./CardGrid"
import { FilterMenu } from "./FilterMenu"
import { FirstSteps } from "./FirstSteps"
import { PageBar } from "./PageBar"
import { SortMenu } from "./SortMenu"

const MarkedBar = lazy(() => import("./MarkedBar").then((file) => ({ default: file.MarkedBar })))

const SOURCES = [
  ["HUGGINGFACE", "Hub"],
  ["LOCAL", "File"],
] as const

export function DatasetsPanel() {
  const { filters, setFilters, isFiltered, clear } = useListFilters()
  const query = useDatasets(filters)
  const { search } = useLocation()
  const anyMarked = useDatasetsStore((state) => state.marked.size > 0)
  useRowKeys('a[id^="dataset-"]')

  const datasets = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const total = query.data?.pages.at(-1)?.total ?? 0
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query
  const onReachEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, hasNextPage, isFetchingNextPage])
  const onSearch = (q: string) => setFilters({ q })
  const isEmpty = query.isSuccess && total === 0 && !query.isPlaceholderData

  return (
    <>
      <PageBar
        title="Datasets"
        count={query.data ? total : null}
        search={{ value: filters.q, onSearch, label: "Search datasets" }}
      />
      <div className="px-4 py-4 sm:px-6">
        {(!isEmpty || isFiltered) && (
          <div className="mb-4 flex flex-wrap items-center gap-2">
            <FilterMenu
              label="Source"
              chosen={filters.source}
              options={SOURCES}
              onChange={(source) => setFilters({ source })}
            />
            <FilterMenu
              label="Status"
              chosen={filters.status}
              options={Object.entries(STATUS_WORDS)}
              onChange={(status) => setFilters({ status })}
            />
            <SortMenu sort={filters.sort} onChange={(sort) => setFilters({ sort })} />
            {isFiltered && (
              <Button look="ghost" size="sm" onClick={clear}>
                Clear filters
              </Button>
            )}
            <Link
              id="add-dataset"
              to={{ pathname: "/datasets/new/hub", search }}
              className={cn(buttonClass("primary", "sm"), "ml-auto")}
            >
              <Plus className="size-4" aria-hidden />
              Add dataset
            </Link>
          </div>
        )}
        {query.error && !query.isFetchNextPageError && (
          <ErrorNotice error={query.error} onRetry={() => query.refetch()} className="mb-4" />
        )}
        <StaleNotice />
        {query.isPending && <PanelSkeleton />}
        {isEmpty && !isFiltered && <FirstSteps />}
        {isEmpty && isFiltered && (
          <EmptyState
            icon={<SearchX aria-hidden />}
            title="No dataset fits"
            action={<Button onClick={clear}>Clear filters</Button>}
          >
            Nothing matches the search and the filters.
          </EmptyState>
        )}
        {total > 0 && (
          <div className={cn("transition-opacity duration-150", query.isPlaceholderData && "opacity-60")}>
            <CardGrid datasets={datasets} total={total} onReachEnd={onReachEnd} />
          </div>
        )}
        {query.isFetchNextPageError && (
          <ErrorNotice error={query.error} onRetry={() => fetchNextPage()} className="mt-4" />
        )}
      </div>
      {anyMarked && (
        <Suspense>
          <MarkedBar />
        </Suspense>
      )}
      <Outlet />
    </>
  )
}

/** Something changed that could not be loaded: what is shown may be old. */
function StaleNotice() {
  const error = useDatasetsStore((state) => state.error)
  const clearError = useDatasetsStore((state) => state.clearError)
  if (!error) return null
  return (
    <div
      role="status"
      className="mb-4 flex items-center gap-3 rounded-control border border-warn/35 bg-warn/8 p-3"
    >
      <p className="flex-1 text-[13px]">{error}</p>
      <Button size="sm" onClick={clearError}>
        Dismiss
      </Button>
    </div>
  )
}

function PanelSkeleton() {
  return (
    <div className="grid grid-cols-[repeat(auto-fill,minmax(min(300px,100%),1fr))] gap-4">
      <LoadingText>Loading the datasets</LoadingText>
      {Array.from({ length: 9 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the skeletons never change places.
        <div key={index} style={{ height: CARD_HEIGHT }}>
          <CardSkeleton />
        </div>
      ))}
    </div>
  )
}
