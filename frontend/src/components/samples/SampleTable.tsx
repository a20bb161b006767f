import { useRef } from "react"
import { useRowWindow } from "@/hooks/useRowWindow"
import { useSampleHead, useSampleRows } from "@/hooks/useSamples"
import { ErrorNotice } from "../common/ErrorNotice"
import { columnTemplate } from "./columnTemplate"
import { RowInspector } from "./RowInspector"
import { SampleHead } from "./SampleHead"
import { ROW_HEIGHT, SampleLine } from "./SampleLine"
import { useReveal } from "./useReveal"
import { useTableKeys } from "./useTableKeys"

interface SampleTableProps {
  datasetId: string
  split: string
  q: string
  /** Rows of the split, for the height of the table before its first page has arrived. */
  expected: number
  /** The place in the list that is open, or null. */
  active: number | null
  onActivate: (place: number | null) => void
}

/** A table of any length, known by row number: only what is in sight is fetched and drawn. */
export function SampleTable({ datasetId, split, q, expected, active, onActivate }: SampleTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const source = { id: datasetId, split, q }
  const head = useSampleHead(source)
  const total = head.data?.num_rows_total ?? (q ? 0 : expected)
  const view = useRowWindow(scroller, total, ROW_HEIGHT)
  const samples = useSampleRows(source, view.first, view.end)

  useTableKeys({ rows: total, active, onActivate, scroller })
  useReveal(active !== null && active < total ? active : null, view)
  const open = active === null ? undefined : samples.rows.get(active)
  const places = Array.from({ length: view.end - view.first }, (_, index) => view.first + index)
  const features = head.data?.features ?? []
  const grid = { gridTemplateColumns: columnTemplate(features, samples.rows) }
  const step = (by: number) => {
    if (active !== null) onActivate(Math.min(total - 1, Math.max(0, active + by)))
  }
  return (
    <div className="relative flex min-h-0 flex-1 overflow-hidden rounded-control border border-line">
      <div
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the table is moved over by keyboard as one element.
        tabIndex={0}
        role="region"
        aria-label="Samples"
        className="min-w-0 flex-1 overflow-auto focus-visible:-outline-offset-2"
      >
        {samples.error && (
          <ErrorNotice
            error={samples.error}
            onRetry={() => samples.refetch()}
            className="sticky left-0 m-3"
          />
        )}
        <div
          role="table"
          aria-rowcount={total + 1}
          aria-label={`Rows of ${split}`}
          className="w-max min-w-full text-[13px]"
        >
          <SampleHead features={features} grid={grid} />
          <div role="rowgroup" className="relative" style={{ height: view.height }}>
            <div className="absolute inset-x-0 top-0" style={{ transform: `translateY(${view.offset}px)` }}>
              {places.map((place) => (
                <SampleLine
                  key={place}
                  place={place}
                  row={samples.rows.get(place)}
                  features={features}
                  grid={grid}
                  open={place === active}
                  highlight={q}
                  onToggle={() => onActivate(place === active ? null : place)}
                />
              ))}
            </div>
          </div>
        </div>
        {head.data?.num_rows_total === 0 && (
          <p className="sticky left-0 px-4 py-10 text-center text-muted">
            {q ? "Nothing was found." : "This split has no rows."}
          </p>
        )}
        {samples.partial && (
          <p
            role="status"
            className="sticky bottom-0 left-0 border-t border-line bg-surface px-4 py-2 text-xs text-warn"
          >
            The search ran out of time: there may be more hits further down.
          </p>
        )}
      </div>
      {open && (
        <RowInspector
          datasetId={datasetId}
          split={split}
          row={open}
          features={features}
          highlight={q}
          onStep={step}
          onClose={() => onActivate(null)}
        />
      )}
    </div>
  )
}
