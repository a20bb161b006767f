import type { InfiniteData } from "@tanstack/react-query"
import { getDataset } from "./datasets"
import { keys } from "./keys"
import { isNotFound } from "./problem"
import { queryClient } from "./queryClient"
import type { DatasetPage, DatasetSummary, DatasetView } from "./types"

type Pages = InfiniteData<DatasetPage, string | null>

function mapPages(change: (page: DatasetPage) => DatasetPage): void {
  queryClient.setQueriesData<Pages>({ queryKey: keys.datasetLists }, (data) =>
    data ? { ...data, pages: data.pages.map(change) } : data,
  )
}

/** Writes a dataset into every list that shows it, and into its own view. Returns whether a list showed it. */
export function putDataset(dataset: DatasetSummary | DatasetView): boolean {
  let shown = false
  mapPages((page) => {
    if (!page.items.some((item) => item.id === dataset.id)) return page
    shown = true
    return {
      ...page,
      items: page.items.map((item) => (item.id === dataset.id ? { ...item, ...dataset } : item)),
    }
  })
  if ("metadata" in dataset) queryClient.setQueryData(keys.datasetView(dataset.id), dataset)
  return shown
}

/** Takes a dataset out of every list, before the server has finished deleting it. */
export function dropDataset(id: string): void {
  mapPages((page) => {
    const items = page.items.filter((item) => item.id !== id)
    return items.length === page.items.length ? page : { ...page, items, total: Math.max(0, page.total - 1) }
  })
}

/** A dataset as any list of the cache knows it: what a card shows is on the page before the detail is loaded. */
export function findDataset(id: string): DatasetSummary | undefined {
  const lists = queryClient.getQueriesData<Pages>({ queryKey: keys.datasetLists })
  for (const [, data] of lists) {
    for (const page of data?.pages ?? []) {
      const found = page.items.find((item) => item.id === id)
      if (found) return found
    }
  }
  return undefined
}

/**
 * Brings one dataset up to date everywhere: one request instead of reloading every page of the list. Only a
 * dataset that no list shows yet (made in another tab) makes the lists load again.
 */
export async function refreshDataset(id: string): Promise<void> {
  void queryClient.invalidateQueries({ queryKey: keys.dataset(id) })
  try {
    const dataset = await getDataset(id)
    if (!putDataset(dataset)) await queryClient.invalidateQueries({ queryKey: keys.datasetLists })
  } catch (error) {
    if (!isNotFound(error)) throw error
    dropDataset(id)
    await queryClient.invalidateQueries({ queryKey: keys.datasetLists })
  }
}
