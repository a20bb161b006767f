import { useState } from "react"
import type { FilePreview } from "@/api/types"
import { joinText, unescapeSeparator } from "@/lib/joinText"
import { TextInput } from "../common/Field"

interface JoinedTextProps {
  preview: FilePreview
  columns: readonly string[]
  separator: string
  onSeparator: (separator: string) => void
}

/** The text of a row as the tokenizer will get it. */
export function JoinedText({ preview, columns, separator, onSeparator }: JoinedTextProps) {
  const [at, setAt] = useState(0)
  const index = Math.min(at, Math.max(0, preview.rows.length - 1))
  const row = preview.rows[index]
  if (!columns.length) {
    return (
      <p role="alert" className="rounded-control border border-warn/35 bg-warn/8 px-3 py-2 text-[13px]">
        Choose at least one column as text: click on its head.
      </p>
    )
  }
  return (
    <div>
      <div className="mb-1.5 flex flex-wrap items-center gap-x-4 gap-y-2 text-[13px]">
        <span className="font-medium">Text of row</span>
        <TextInput
          type="number"
          min={1}
          max={preview.rows.length}
          value={index + 1}
          aria-label="Row to show"
          onChange={(event) => setAt(Math.max(0, Number(event.target.value) - 1))}
          className="-ml-2 h-8! w-16!"
        />
        {columns.length > 1 && (
          <label className="flex items-center gap-2 text-muted">
            joined with
            <TextInput
              value={separator}
              maxLength={100}
              onChange={(event) => onSeparator(event.target.value)}
              className="h-8! w-20! font-mono"
            />
          </label>
        )}
      </div>
      <div
        dir="auto"
        className="max-h-36 overflow-auto rounded-control border border-line bg-page px-3 py-2 font-mono text-xs leading-5 break-words whitespace-pre-wrap"
        role="region"
        aria-label="Joined text"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
        tabIndex={0}
      >
        {row ? joinText(row.row, columns, unescapeSeparator(separator)) : "No rows"}
      </div>
    </div>
  )
}
