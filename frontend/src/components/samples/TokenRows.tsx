import { ChevronLeft, ChevronRight } from "lucide-react"
import { useState } from "react"
import type { SampleRow, TokenizationView, TokenPiece } from "@/api/types"
import { useTokenRows } from "@/hooks/useTokenRows"
import { formatExact } from "@/lib/format"
import { IconButton } from "../common/Button"
import { CopyButton } from "../common/CopyButton"
import { ErrorNotice } from "../common/ErrorNotice"
import { Skeleton } from "../common/Skeleton"
import { TokenStrip } from "../datasets/tokenize/TokenStrip"

const PAGE = 10

interface TokenRowsProps {
  tokenization: TokenizationView
  split: string
}

/** Rows of a result as they lie on the disk: the text of each token, padding counted and not drawn. */
export function TokenRows({ tokenization, split }: TokenRowsProps) {
  const [offset, setOffset] = useState(0)
  const query = useTokenRows(tokenization.id, split, offset, PAGE)
  const total = query.data?.num_rows_total ?? 0
  const specials = new Set(Object.values(tokenization.tokenizer?.special_tokens ?? {}))
  if (query.error) return <ErrorNotice error={query.error} onRetry={() => query.refetch()} />
  if (!query.data) return <Skeleton className="h-96" />
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-1 text-[13px] text-muted tnum">
        Rows {formatExact(offset)} to {formatExact(Math.min(total, offset + PAGE) - 1)} of{" "}
        {formatExact(total)}
        <IconButton
          label="Previous rows"
          disabled={offset === 0}
          onClick={() => setOffset(Math.max(0, offset - PAGE))}
        >
          <ChevronLeft aria-hidden />
        </IconButton>
        <IconButton
          label="Next rows"
          disabled={offset + PAGE >= total}
          onClick={() => setOffset(offset + PAGE)}
        >
          <ChevronRight aria-hidden />
        </IconButton>
      </div>
      <ol className="flex flex-col gap-4">
        {query.data.rows.map((row) => {
          const pieces = piecesOf(row, specials)
          const padding = pieces.filter((piece) => piece.padding).length
          return (
            <li key={row.row_idx} className="grid grid-cols-[minmax(0,1fr)_auto] gap-1">
              <TokenStrip
                pieces={pieces}
                label={`Row ${row.row_idx} as tokens`}
                facts={`Row ${formatExact(row.row_idx)} · ${formatExact(pieces.length - padding)} tokens${padding ? ` · ${formatExact(padding)} padding` : ""}`}
              />
              <span className="self-end">
                <CopyButton
                  text={JSON.stringify(row.row.input_ids)}
                  label={`Copy the ids of row ${row.row_idx}`}
                />
              </span>
            </li>
          )
        })}
      </ol>
    </div>
  )
}

/** The row's ids beside the text of each. Packed rows have no mask: then nothing is padding. */
function piecesOf({ row }: SampleRow, specials: ReadonlySet<unknown>): TokenPiece[] {
  const ids = row.input_ids as number[]
  const texts = row.pieces as string[]
  const mask = row.attention_mask as number[] | undefined
  return ids.map((id, index) => {
    const text = texts[index] ?? ""
    return {
      id,
      token: text,
      text,
      start: null,
      end: null,
      byte_start: null,
      byte_end: null,
      special: specials.has(text),
      truncated: false,
      padding: mask ? mask[index] === 0 : false,
      partial: false,
    }
  })
}
