import { BarChart3, Trash2 } from "lucide-react"
import { useState } from "react"
import { Link } from "react-router"
import type { TokenizationView } from "@/api/types"
import { useTokenizations } from "@/hooks/useDatasets"
import { useDeleteTokenization } from "@/hooks/useTokenize"
import { formatAgo, formatBytes, formatCount, formatDateTime } from "@/lib/format"
import { tokenizationLabel } from "@/lib/tokenizationName"
import { buttonClass, IconButton } from "../common/Button"
import { ConfirmDialog } from "../common/ConfirmDialog"
import { ErrorNotice } from "../common/ErrorNotice"
import { Section } from "../common/Facts"
import { Figure } from "../common/Figure"
import { Skeleton } from "../common/Skeleton"
import { TokenizationChip } from "./TokenizationChip"

export function TokenizationList({ datasetId }: { datasetId: string }) {
  const query = useTokenizations(datasetId)
  const [asked, setAsked] = useState<TokenizationView | null>(null)
  const remove = useDeleteTokenization(datasetId)
  const items = query.data?.items
  return (
    <Section
      title="Tokenizations"
      actions={
        <Link to={`/datasets/${datasetId}/tokenize`} replace className={buttonClass("secondary", "sm")}>
          Tokenize
        </Link>
      }
    >
      {query.error && <ErrorNotice error={query.error} onRetry={() => query.refetch()} />}
      {query.isPending && <Skeleton className="h-24" />}
      {items?.length === 0 && <p className="text-[13px] text-muted">None yet.</p>}
      {items && items.length > 0 && (
        <ul className="rounded-control border border-line">
          {items.map((item) => (
            <li key={item.id} className="border-b border-line px-3 py-2.5 last:border-0">
              <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-[13px]">
                <TokenizationChip tokenization={item} />
                <span className="text-muted">
                  <Figure value={item.num_tokens} unit="tokens" />
                </span>
                <span className="text-muted">
                  <Figure value={item.size_bytes} bytes />
                </span>
                <span className="text-xs text-faint" title={formatDateTime(item.finished_at)}>
                  {item.finished_at ? formatAgo(item.finished_at) : ""}
                </span>
                <span className="ml-auto flex">
                  {item.status === "READY" && (
                    <Link
                      to={`/datasets/${datasetId}/statistics?tokenization=${item.id}`}
                      replace
                      className={buttonClass("ghost", "sm")}
                    >
                      <BarChart3 className="size-4" aria-hidden />
                      Statistics
                    </Link>
                  )}
                  <IconButton
                    label={`Delete ${tokenizationLabel(item)}`}
                    disabled={item.status === "DELETING"}
                    onClick={() => setAsked(item)}
                  >
                    <Trash2 aria-hidden />
                  </IconButton>
                </span>
              </div>
              {item.error && <ErrorNotice error={item.error} className="mt-2" />}
            </li>
          ))}
        </ul>
      )}
      {asked && (
        <ConfirmDialog
          open
          onClose={() => setAsked(null)}
          onConfirm={() => remove.mutate(asked.id, { onSuccess: () => setAsked(null) })}
          title={`Delete ${tokenizationLabel(asked)}?`}
          verb="Delete tokenization"
          busy={remove.isPending}
          error={remove.error}
        >
          <p>
            {formatCount(asked.num_tokens)} tokens are lost and {formatBytes(asked.size_bytes)} are freed. The
            dataset itself stays.
          </p>
        </ConfirmDialog>
      )}
    </Section>
  )
}
