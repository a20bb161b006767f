import { useRef } from "react"
import type { SamplePage, SampleRow } from "@/api/types"
import { useRowWindow } from "@/hooks/useRowWindow"
import { useSampleHead, useSampleRows } from "@/hooks/useSamples"
import { cn } from "@/lib/cn"
import { formatExact } from "@/lib/format"
import { ErrorNotice } from "../common/ErrorNotice"
import { Skeleton } from "../common/Skeleton"
import { CellText } from "./CellText"
import { RowInspector } from "./RowInspector"
import { useReveal } from "./useReveal"
import { useTableKeys } from "./useTableKeys"

const ROW_HEIGHT = 36
/** Rows that the column widths are taken from. */
const WIDTH_SAMPLE = 20

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
          <Head features={features} grid={grid} />
          <div role="rowgroup" className="relative" style={{ height: view.height }}>
            <div className="absolute inset-x-0 top-0" style={{ transform: `translateY(${view.offset}px)` }}>
              {places.map((place) => {
                const row = samples.rows.get(place)
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: j, k and Enter do the same for the whole table.
                  <div
                    key={place}
                    role="row"
                    aria-rowindex={place + 2}
                    aria-current={place === active || undefined}
                    tabIndex={-1}
                    onClick={() => onActivate(place === active ? null : place)}
                    className={cn(
                      "grid cursor-pointer items-center border-b border-line",
                      place === active ? "bg-accent/10" : "hover:bg-raised/50",
                    )}
                    style={{ ...grid, height: ROW_HEIGHT }}
                  >
                    <span
                      role="rowheader"
                      className={cn(
                        "sticky left-0 z-[1] flex h-full items-center justify-end pr-3 font-mono text-xs tnum",
                        place === active ? "bg-raised text-fg" : "bg-surface text-faint",
                      )}
                    >
                      {row ? formatExact(row.row_idx) : ""}
                    </span>
                    {features.map((feature) => (
                      <span role="cell" key={feature.name} className="min-w-0 px-3">
                        {row ? (
                          <CellText
                            value={row.row[feature.name]}
                            truncated={row.truncated_cells.includes(feature.name)}
                            highlight={q}
                          />
                        ) : (
                          <Skeleton className="h-3 w-3/4" />
                        )}
                      </span>
                    ))}
                  </div>
                )
              })}
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

interface HeadProps {
  features: SamplePage["features"]
  grid: { gridTemplateColumns: string }
}

function Head({ features, grid }: HeadProps) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 bg-surface">
      <div
        role="row"
        aria-rowindex={1}
        className="grid h-12 items-center border-b border-line-strong"
        style={grid}
      >
        <span role="columnheader" className="pr-3 text-right text-xs text-faint">
          row
        </span>
        {features.map((feature) => (
          <span role="columnheader" key={feature.name} className="min-w-0 px-3">
            <span className="block truncate font-medium" title={feature.name}>
              {feature.name}
            </span>
            <span className="block truncate font-mono text-xs text-faint">{typeWords(feature.type)}</span>
          </span>
        ))}
      </div>
    </div>
  )
}

/** {"dtype": "string", "_type": "Value"} → "string". */
export function typeWords(type: Readonly<Record<string, unknown>>): string {
  if (typeof type.dtype === "string") return type.dtype
  if (typeof type._type === "string") return type._type.toLowerCase()
  return Object.keys(type).length ? "struct" : "unknown"
}

/** Widths after what the first rows hold: a column of long texts gets the room, one of short labels does not. */
function columnTemplate(features: SamplePage["features"], rows: ReadonlyMap<number, SampleRow>): string {
  const seen = Array.from({ length: WIDTH_SAMPLE }, (_, place) => rows.get(place)?.row).filter(
    (row) => row !== undefined,
  )
  const columns = features.map(({ name }) => {
    const lengths = seen.map((row) => {
      const value = row[name]
      return value == null ? 4 : typeof value === "string" ? value.length : JSON.stringify(value).length
    })
    const longest = Math.max(8, name.length, ...lengths.map((length) => Math.min(length, 120)))
    return `minmax(${Math.min(24, Math.max(7, longest * 0.55))}rem, ${Math.max(1, Math.round(longest / 12))}fr)`
  })
  return ["5.5rem", ...columns].join(" ")
}
