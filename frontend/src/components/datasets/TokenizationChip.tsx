import { CircleAlert, LoaderCircle } from "lucide-react"
import type { TokenizationBrief } from "@/api/types"
import { cn } from "@/lib/cn"
import { formatExact } from "@/lib/format"
import { tokenizationLabel } from "@/lib/tokenizationName"

const words = {
  READY: "ready",
  QUEUED: "waiting",
  RUNNING: "running",
  ERROR: "failed",
  DELETING: "being deleted",
}

export function TokenizationChip({ tokenization }: { tokenization: TokenizationBrief }) {
  const { status, num_tokens } = tokenization
  const running = status === "QUEUED" || status === "RUNNING"
  const facts = num_tokens === null ? words[status] : `${formatExact(num_tokens)} tokens`
  return (
    <span
      title={`${tokenization.tokenizer_name}: ${facts}`}
      className={cn(
        "inline-flex h-5.5 max-w-full min-w-0 items-center gap-1 rounded-md border border-line-strong px-1.5 font-mono text-xs text-muted",
        status === "DELETING" && "line-through opacity-60",
      )}
    >
      {running && <LoaderCircle className="size-3 shrink-0 animate-spin text-info" aria-hidden />}
      {status === "ERROR" && <CircleAlert className="size-3 shrink-0 text-danger" aria-hidden />}
      <span className="truncate">{tokenizationLabel(tokenization)}</span>
      {status !== "READY" && <span className="sr-only">({words[status]})</span>}
    </span>
  )
}
