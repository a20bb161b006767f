import { memo } from "react"
import { Link, useLocation } from "react-router"
import type { DatasetSummary } from "@/api/types"
import { useDatasetProgress } from "@/hooks/useDatasetProgress"
import { cn } from "@/lib/cn"
import { formatAgo, formatDateTime } from "@/lib/format"
import { useDatasetsStore } from "@/stores/datasetsStore"
import { Figure } from "../common/Figure"
import { JobProgress } from "./JobProgress"
import { SourceBadge } from "./SourceBadge"
import { StatusBadge } from "./StatusBadge"
import { TokenizationChip } from "./TokenizationChip"

export const CARD_HEIGHT = 196
const MAX_CHIPS = 4

export const cardId = (datasetId: string) => `dataset-${datasetId}`

interface DatasetCardProps {
  dataset: DatasetSummary
}

/** One dataset of the panel. The whole card opens it; what can be done besides lies above that link. */
export const DatasetCard = memo(function DatasetCard({ dataset }: DatasetCardProps) {
  const { search } = useLocation()
  const marked = useDatasetsStore((state) => state.marked.has(dataset.id))
  const toggleMark = useDatasetsStore((state) => state.toggleMark)
  const [job] = useDatasetProgress(dataset.id, dataset.active_jobs)
  const splits = dataset.splits ? Object.keys(dataset.splits).length : null
  return (
    <article
      className={cn(
        "group relative flex h-full flex-col rounded-card border bg-surface p-4 transition-colors duration-150",
        "focus-within:border-line-strong hover:border-line-strong",
        marked ? "border-accent" : "border-line",
        dataset.deleting && "opacity-60",
      )}
    >
      <div className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={marked}
          onChange={() => toggleMark(dataset.id)}
          aria-label={`Select ${dataset.name}`}
          className="relative z-10 checkbox"
        />
        <h2 className="min-w-0 flex-1 truncate font-semibold" title={dataset.name}>
          <Link
            id={cardId(dataset.id)}
            to={{ pathname: `/datasets/${dataset.id}`, search }}
            state={{ fromPanel: true }}
            className="outline-none after:absolute after:inset-0 after:rounded-card focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-accent"
          >
            {dataset.name}
          </Link>
        </h2>
        <SourceBadge source={dataset.source} />
      </div>

      <p className="mt-2 flex gap-1.5 truncate text-[13px] text-muted">
        <Figure value={dataset.num_samples} unit={dataset.num_samples === 1 ? "sample" : "samples"} />
        {splits !== null && splits > 1 && <span>· {splits} splits</span>}
        {dataset.size_bytes !== null && (
          <span>
            · <Figure value={dataset.size_bytes} bytes />
          </span>
        )}
      </p>

      <Chips dataset={dataset} />

      <div className="mt-auto">
        {job ? (
          <JobProgress job={job} subject={dataset.name} />
        ) : (
          <div className="flex items-end justify-between gap-3">
            <div className="min-w-0">
              <StatusBadge status={dataset.status} deleting={dataset.deleting} />
              {dataset.error && (
                <p className="mt-1 line-clamp-2 text-xs text-danger">{dataset.error.title}</p>
              )}
            </div>
            <time
              dateTime={dataset.updated_at}
              title={formatDateTime(dataset.updated_at)}
              className="shrink-0 text-xs text-faint"
            >
              {formatAgo(dataset.updated_at)}
            </time>
          </div>
        )}
      </div>
    </article>
  )
})

function Chips({ dataset }: DatasetCardProps) {
  const { tokenizations } = dataset
  if (!tokenizations.length) {
    const ready = dataset.status === "DOWNLOADED" && !dataset.deleting
    return <p className="mt-3 h-5.5 text-[13px] text-faint">{ready ? "Not tokenized yet" : ""}</p>
  }
  return (
    <div className="mt-3 flex max-h-12.5 flex-wrap gap-1.5 overflow-hidden">
      {tokenizations.slice(0, MAX_CHIPS).map((tokenization) => (
        <TokenizationChip key={tokenization.id} tokenization={tokenization} />
      ))}
      {tokenizations.length > MAX_CHIPS && (
        <span className="shrink-0 self-center text-xs text-faint">+{tokenizations.length - MAX_CHIPS}</span>
      )}
    </div>
  )
}
