import { useState } from "react"
import type { TokenPiece } from "@/api/types"
import { cn } from "@/lib/cn"
import { formatExact } from "@/lib/format"
import { Button } from "../../common/Button"

const SHOWN = 600
const HUES = ["bg-accent/22", "bg-blue/22", "bg-yellow/20", "bg-purple/24", "bg-info/20"]

interface TokenStripProps {
  pieces: readonly TokenPiece[]
  label: string
  /** How many tokens and characters there are. */
  facts: string
}

/**
 * A text cut into its tokens, one colour beside the other. Pointer or arrow keys reach each token, which is then
 * written out above: id, spelling, offsets.
 */
export function TokenStrip({ pieces, label, facts }: TokenStripProps) {
  const [at, setAt] = useState<number | null>(null)
  const [all, setAll] = useState(false)
  const text = pieces.filter((piece) => !piece.padding)
  const shown = all ? text : text.slice(0, SHOWN)
  const active = at === null ? undefined : shown[at]
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0
    if (!step) return
    event.preventDefault()
    setAt(Math.min(shown.length - 1, Math.max(0, (at ?? -1) + step)))
  }
  return (
    <div>
      <p className="mb-1 flex justify-between gap-4 text-xs text-muted tnum">
        <span className="shrink-0">{facts}</span>
        <span className="truncate font-mono text-faint" aria-hidden>
          {active && describe(active)}
        </span>
      </p>
      <div
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, shown.length - 1)}
        aria-valuenow={at ?? 0}
        aria-valuetext={active ? describe(active) : `${text.length} tokens; use the arrow keys`}
        onKeyDown={onKeyDown}
        onPointerLeave={() => setAt(null)}
        dir="auto"
        className="max-h-44 overflow-auto rounded-control border border-line bg-page p-2.5 font-mono text-xs leading-6 break-words whitespace-pre-wrap"
      >
        {shown.map((piece, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a token is known by its place.
            key={index}
            onPointerEnter={() => setAt(index)}
            className={cn(
              "rounded-[3px] box-decoration-clone py-0.5",
              piece.special ? "mx-px border border-line-strong px-1 text-muted" : HUES[index % HUES.length],
              piece.truncated && "line-through opacity-50",
              piece.partial && "italic",
              index === at && "outline-2 outline-accent",
            )}
          >
            {piece.special ? piece.token : piece.text.replaceAll("\n", "⏎\n")}
          </span>
        ))}
      </div>
      {text.length > shown.length && (
        <Button size="sm" look="ghost" className="mt-1 -ml-2" onClick={() => setAll(true)}>
          Show all {formatExact(text.length)} tokens
        </Button>
      )}
    </div>
  )
}

function describe(piece: TokenPiece): string {
  const parts = [`id ${piece.id}`, JSON.stringify(piece.token)]
  if (piece.start !== null && piece.end !== null) parts.push(`characters ${piece.start}–${piece.end}`)
  if (piece.special) parts.push("special")
  if (piece.truncated) parts.push("cut off")
  if (piece.partial) parts.push("part of a character")
  return parts.join(" · ")
}
