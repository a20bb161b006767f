import { Check } from "lucide-react"
import type { FilePreview } from "@/api/types"
import { cn } from "@/lib/cn"
import { formatShare } from "@/lib/format"
import { CellText } from "../samples/CellText"

interface PreviewTableProps {
  preview: FilePreview
  textColumns: readonly string[]
  onToggle: (column: string) => void
}

/** The first rows; a click on a column's head makes it text, or no longer. */
export function PreviewTable({ preview, textColumns, onToggle }: PreviewTableProps) {
  return (
    <div
      className="max-h-80 overflow-auto rounded-control border border-line"
      role="region"
      aria-label="First rows"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
      tabIndex={0}
    >
      <table className="w-max min-w-full border-separate border-spacing-0 text-[13px]">
        <thead>
          <tr>
            {preview.columns.map((column) => {
              const order = textColumns.indexOf(column.name)
              return (
                <th
                  key={column.name}
                  scope="col"
                  className="sticky top-0 z-10 border-b border-line bg-surface p-0 text-left font-normal"
                >
                  <button
                    type="button"
                    aria-pressed={order >= 0}
                    onClick={() => onToggle(column.name)}
                    title={order >= 0 ? "Text: click to leave it out" : "Click to use as text"}
                    className={cn(
                      "flex w-full items-center gap-2 border-b-2 px-3 py-2 text-left hover:bg-raised",
                      order >= 0 ? "border-accent bg-accent/8" : "border-transparent",
                    )}
                  >
                    <span className="min-w-0">
                      <span className="block truncate font-medium">{column.name}</span>
                      <span className="block font-mono text-xs text-faint">
                        {column.dtype}
                        {column.null_share > 0 && ` · ${formatShare(column.null_share, 0)} null`}
                      </span>
                    </span>
                    {order >= 0 && (
                      <span className="ml-auto inline-flex items-center gap-0.5 text-xs text-accent-text">
                        <Check className="size-3.5" aria-hidden />
                        text{textColumns.length > 1 && ` ${order + 1}`}
                      </span>
                    )}
                  </button>
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {preview.rows.map(({ row, truncated_cells }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row of a file is known by its place.
            <tr key={index}>
              {preview.columns.map(({ name }) => (
                <td
                  key={name}
                  className={cn(
                    "max-w-80 border-b border-line px-3 py-1.5 align-top",
                    textColumns.includes(name) ? "text-fg" : "text-muted",
                  )}
                >
                  <CellText value={row[name]} truncated={truncated_cells.includes(name)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
