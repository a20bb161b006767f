import { CircleCheck } from "lucide-react"
import { Link } from "react-router"
import type { DatasetView, TokenizationConfig } from "@/api/types"
import { useTokenizations } from "@/hooks/useDatasets"
import { formatAgo, formatExact } from "@/lib/format"
import { sameConfig } from "@/lib/sameConfig"
import { buttonClass } from "../../common/Button"

interface ExistingResultProps {
  dataset: DatasetView
  config: TokenizationConfig | null
}

/** Says so when this very configuration has been run before, and leads to its result. */
export function ExistingResult({ dataset, config }: ExistingResultProps) {
  const query = useTokenizations(dataset.id)
  if (!config) return null
  const schema = dataset.metadata.schema
  const defaults = { text_columns: schema?.text_columns, text_separator: schema?.separator }
  const equal = query.data?.items.find(
    (item) => item.status === "READY" && sameConfig(item.config, config, defaults),
  )
  if (!equal) return null
  return (
    <div
      role="status"
      className="flex items-center gap-3 rounded-control border border-accent/35 bg-accent/8 p-3 text-[13px]"
    >
      <CircleCheck className="size-4 shrink-0 text-accent-text" aria-hidden />
      <p className="min-w-0 flex-1">
        This result exists already: {formatExact(equal.num_tokens)} tokens, made{" "}
        {formatAgo(equal.finished_at)}.
      </p>
      <Link
        to={`/datasets/${dataset.id}/statistics?tokenization=${equal.id}`}
        replace
        className={buttonClass("secondary", "sm")}
      >
        Open it
      </Link>
    </div>
  )
}
