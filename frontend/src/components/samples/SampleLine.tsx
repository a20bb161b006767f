import type { SamplePage, SampleRow } from "@/api/types"
import { cn } from "@/lib/cn"
import { formatExact } from "@/lib/format"
import { Skeleton } from "../common/Skeleton"
import { CellText } from "./CellText"

/** In pixels; the window over the rows counts on it. */
export const ROW_HEIGHT = 36

interface SampleLineProps {
  place: number
  /** Undefined until its page has arrived. */
  row: SampleRow | undefined
  features: SamplePage["features"]
  grid: { gridTemplateColumns: string }
  open: boolean
  highlight: string
  onToggle: () => void
}

/** One row of the table: its number, then a line of each cell. */
export function SampleLine({ place, row, features, grid, open, highlight, onToggle }: SampleLineProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: j, k and Enter do the same for the whole table.
    <div
      role="row"
      aria-rowindex={place + 2}
      aria-current={open || undefined}
      tabIndex={-1}
      onClick={onToggle}
      className={cn(
        "grid cursor-pointer items-center border-b border-line",
        open ? "bg-accent/10" : "hover:bg-raised/50",
      )}
      style={{ ...grid, height: ROW_HEIGHT }}
    >
      <span
        role="rowheader"
        className={cn(
          "sticky left-0 z-[1] flex h-full items-center justify-end pr-3 font-mono text-xs tnum",
          open ? "bg-raised text-fg" : "bg-surface text-faint",
        )}
      >
        {row ? formatExact(row.row_idx) : ""}
      </span>
      {features.map(({ name }) => (
        <span role="cell" key={name} className="min-w-0 px-3">
          {row ? (
            <CellText
              value={row.row[name]}
              truncated={row.truncated_cells.includes(name)}
              highlight={highlight}
            />
          ) : (
            <Skeleton className="h-3 w-3/4" />
          )}
        </span>
      ))}
    </div>
  )
}
