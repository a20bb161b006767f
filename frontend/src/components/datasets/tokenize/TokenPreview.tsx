import { ChevronLeft, ChevronRight, LoaderCircle } from "lucide-react"
import { useState } from "react"
import type { TokenizationConfig, TokenPreviewRow } from "@/api/types"
import { useTokenPreview } from "@/hooks/useTokenPreview"
import { formatExact } from "@/lib/format"
import { IconButton } from "../../common/Button"
import { ErrorNotice } from "../../common/ErrorNotice"
import { Skeleton } from "../../common/Skeleton"
import { TokenizerFacts } from "./TokenizerFacts"
import { TokenStrip } from "./TokenStrip"

const ROWS_SHOWN = 3

interface TokenPreviewProps {
  datasetId: string
  split: string
  samples: number
  config: TokenizationConfig | null
}

/** Real rows as the tokens they would become. */
export function TokenPreview({ datasetId, split, samples, config }: TokenPreviewProps) {
  const [first, setFirst] = useState(0)
  const rows = Array.from({ length: Math.min(ROWS_SHOWN, samples - first) }, (_, index) => first + index)
  const query = useTokenPreview({ datasetId, split, rows, config })
  const result = query.data?.results[0]
  return (
    <section aria-label="Preview">
      <div className="mb-2 flex h-8 items-center gap-1">
        <h3 className="text-sm font-semibold">Preview</h3>
        {query.isFetching && (
          <LoaderCircle className="ml-1 size-3.5 animate-spin text-faint" aria-label="Tokenizing" />
        )}
        <span className="ml-auto text-xs text-faint tnum">
          {split}, rows {formatExact(first)} to {formatExact(first + rows.length - 1)}
        </span>
        <IconButton
          label="Previous rows"
          disabled={first === 0}
          onClick={() => setFirst(Math.max(0, first - ROWS_SHOWN))}
        >
          <ChevronLeft aria-hidden />
        </IconButton>
        <IconButton
          label="Next rows"
          disabled={first + ROWS_SHOWN >= samples}
          onClick={() => setFirst(first + ROWS_SHOWN)}
        >
          <ChevronRight aria-hidden />
        </IconButton>
      </div>
      {query.error && <ErrorNotice error={query.error} onRetry={() => query.refetch()} className="mb-3" />}
      {result?.error && <ErrorNotice error={result.error} className="mb-3" />}
      {config === null && !result && (
        <p className="rounded-control border border-dashed border-line-strong px-4 py-8 text-center text-[13px] text-muted">
          Choose a tokenizer to see your rows as tokens.
        </p>
      )}
      {config !== null && query.isPending && <Skeleton className="h-40" />}
      {result?.tokenizer && <TokenizerFacts tokenizer={result.tokenizer} />}
      <ol className="mt-3 flex flex-col gap-3">
        {result?.rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a previewed row is known by its place.
          <li key={index}>
            <TokenStrip pieces={row.pieces} label={`Row ${first + index} as tokens`} facts={rowWords(row)} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function rowWords(row: TokenPreviewRow): string {
  const parts = [`${formatExact(row.num_tokens)} tokens`, `${formatExact(row.num_characters)} characters`]
  if (row.num_truncated) parts.push(`${formatExact(row.num_truncated)} cut off`)
  if (row.num_padding) parts.push(`${formatExact(row.num_padding)} padding`)
  return parts.join(" · ")
}
