import { TriangleAlert } from "lucide-react"
import type { BadRow } from "@/api/types"
import { formatExact, plural } from "@/lib/format"

interface BadRowListProps {
  rows: readonly BadRow[]
  /** How many there are in all, where only the first are listed. */
  total?: number
  summary?: string
}

/** Rows that do not fit, with their number and the reason; folded until asked for. */
export function BadRowList({ rows, total, summary }: BadRowListProps) {
  if (!rows.length) return null
  const count = total ?? rows.length
  return (
    <details className="rounded-control border border-warn/35 bg-warn/8 text-[13px]">
      <summary className="flex items-center gap-2 px-3 py-2">
        <TriangleAlert className="size-4 shrink-0 text-warn" aria-hidden />
        {summary ?? `${plural(count, "row does", "rows do")} not fit`}
        <span className="ml-auto text-xs text-muted">Show</span>
      </summary>
      <ol className="max-h-56 overflow-auto border-t border-warn/25">
        {rows.map((bad) => (
          <li
            key={bad.row}
            className="grid grid-cols-[5rem_1fr] gap-3 border-b border-line px-3 py-1.5 last:border-0"
          >
            <span className="text-faint tnum">row {formatExact(bad.row)}</span>
            <span className="min-w-0">
              {bad.reason}
              {bad.text && (
                <code className="mt-0.5 block truncate font-mono text-xs text-muted">{bad.text}</code>
              )}
            </span>
          </li>
        ))}
      </ol>
      {count > rows.length && (
        <p className="px-3 py-2 text-xs text-faint">The first {formatExact(rows.length)} are listed.</p>
      )}
    </details>
  )
}
