import { useWindowVirtualizer } from "@tanstack/react-virtual"
import { useEffect, useLayoutEffect, useRef, useState } from "react"
import type { DatasetSummary } from "@/api/types"
import { CardSkeleton } from "../datasets/CardSkeleton"
import { CARD_HEIGHT, DatasetCard } from "../datasets/DatasetCard"

const GAP = 16
const MIN_CARD_WIDTH = 300

interface CardGridProps {
  datasets: readonly DatasetSummary[]
  /** How many there are in all; those that are not loaded yet are drawn as skeletons when scrolled to. */
  total: number
  onReachEnd: () => void
}

/** A grid of any length: only the rows in sight are in the page. */
export function CardGrid({ datasets, total, onReachEnd }: CardGridProps) {
  const ref = useRef<HTMLUListElement>(null)
  const [{ width, top }, setPlace] = useState({ width: 0, top: 0 })
  useLayoutEffect(() => {
    const list = ref.current
    if (!list) return
    const measure = () =>
      setPlace({ width: list.clientWidth, top: list.getBoundingClientRect().top + window.scrollY })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(list)
    return () => observer.disconnect()
  }, [])

  const columns = Math.max(1, Math.floor((width + GAP) / (MIN_CARD_WIDTH + GAP)))
  const shown = Math.max(total, datasets.length)
  const virtualizer = useWindowVirtualizer({
    count: Math.ceil(shown / columns),
    estimateSize: () => CARD_HEIGHT + GAP,
    overscan: 4,
    scrollMargin: top,
  })
  const rows = virtualizer.getVirtualItems()
  const lastIndex = ((rows.at(-1)?.index ?? 0) + 1) * columns
  useEffect(() => {
    if (datasets.length < shown && lastIndex >= datasets.length) onReachEnd()
  }, [lastIndex, datasets.length, shown, onReachEnd])

  const items = rows.flatMap((row) =>
    Array.from({ length: columns }, (_, column) => ({
      row,
      column,
      index: row.index * columns + column,
    })).filter((item) => item.index < shown),
  )
  return (
    <ul ref={ref} className="relative" style={{ height: virtualizer.getTotalSize() }} aria-label="Datasets">
      {items.map(({ row, column, index }) => {
        const dataset = datasets[index]
        return (
          <li
            key={dataset?.id ?? `skeleton-${index}`}
            className="absolute top-0"
            aria-setsize={shown}
            aria-posinset={index + 1}
            style={{
              height: CARD_HEIGHT,
              width: `calc((100% - ${(columns - 1) * GAP}px) / ${columns})`,
              left: `calc(${column} * (100% + ${GAP}px) / ${columns})`,
              transform: `translateY(${row.start - top}px)`,
            }}
          >
            {dataset ? <DatasetCard dataset={dataset} /> : <CardSkeleton />}
          </li>
        )
      })}
    </ul>
  )
}
