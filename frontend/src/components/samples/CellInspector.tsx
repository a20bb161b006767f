import { Pilcrow } from "lucide-react"
import { useState } from "react"
import { useCell } from "@/hooks/useSamples"
import { Button, IconButton } from "../common/Button"
import { CopyButton } from "../common/CopyButton"
import { wordsOf } from "../common/ErrorNotice"
import { visibleWhitespace } from "../common/TokenText"
import { Highlighted } from "./CellText"

interface CellInspectorProps {
  datasetId: string
  split: string
  row: number
  column: string
  value: unknown
  truncated: boolean
  highlight: string
}

/** One cell in full: as text or JSON, with whitespace made visible when asked, to be copied. */
export function CellInspector(props: CellInspectorProps) {
  const { datasetId, split, row, column, truncated, highlight } = props
  const [whole, setWhole] = useState(false)
  const [whitespace, setWhitespace] = useState(false)
  const cell = useCell(datasetId, split, row, column, whole && truncated)
  const value = cell.data ? cell.data.value : props.value
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2)
  const isNull = value === null || value === undefined
  const shown = whitespace ? visibleWhitespace(text ?? "").replaceAll("⏎", "⏎\n") : text
  return (
    <section aria-label={column}>
      <div className="flex items-center">
        <h4 className="mr-auto truncate font-mono text-xs text-muted">{column}</h4>
        {typeof value === "string" && (
          <IconButton
            label={whitespace ? "Hide whitespace marks" : "Show whitespace"}
            aria-pressed={whitespace}
            className={whitespace ? "text-accent-text" : ""}
            onClick={() => setWhitespace(!whitespace)}
          >
            <Pilcrow aria-hidden />
          </IconButton>
        )}
        {!isNull && <CopyButton text={text} label={`Copy ${column}`} />}
      </div>
      <div
        dir="auto"
        className="rounded-control border border-line bg-surface px-3 py-2 font-mono text-xs leading-5 break-words whitespace-pre-wrap"
      >
        {isNull ? (
          <span className="text-faint">null</span>
        ) : (
          <Highlighted text={shown} needle={whitespace ? "" : highlight} />
        )}
        {truncated && !cell.data && <span className="text-faint"> …</span>}
      </div>
      {truncated && !cell.data && (
        <Button
          size="sm"
          look="ghost"
          busy={cell.isFetching}
          className="mt-1 -ml-2"
          onClick={() => setWhole(true)}
        >
          Show all of it
        </Button>
      )}
      {cell.error && <p className="mt-1 text-xs text-danger">{wordsOf(cell.error).detail}</p>}
    </section>
  )
}
