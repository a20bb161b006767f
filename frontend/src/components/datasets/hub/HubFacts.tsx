import { ExternalLink, Lock, Scale, TriangleAlert } from "lucide-react"
import type { HubDataset } from "@/api/types"
import { formatAgo, formatCount } from "@/lib/format"
import { Badge } from "../../common/Badge"

/** What the Hub's page says of a dataset: licence, access, use, and what to mind. */
export function HubFacts({ dataset }: { dataset: HubDataset }) {
  const { gated, license, downloads, last_modified, summary, warnings, url, sha, converted } = dataset
  return (
    <div className="rounded-card border border-line bg-page p-4">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="font-semibold break-all">{dataset.name}</h3>
        {gated && (
          <Badge tone="warn" icon={<Lock aria-hidden />}>
            Access must be asked for
          </Badge>
        )}
        {dataset.private && <Badge icon={<Lock aria-hidden />}>Private</Badge>}
        <Badge icon={<Scale aria-hidden />}>{license ?? "no licence given"}</Badge>
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          className="ml-auto flex items-center gap-1 text-[13px] text-accent-text hover:underline"
        >
          Hub page
          <ExternalLink className="size-3.5" aria-hidden />
        </a>
      </div>
      <p className="mt-1 text-xs text-faint tnum">
        {[
          downloads != null && `${formatCount(downloads)} downloads`,
          last_modified && `changed ${formatAgo(last_modified)}`,
          `at ${sha.slice(0, 7)}`,
          converted && "read from the Hub's Parquet copy",
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {summary && <p className="mt-2 line-clamp-3 text-[13px] text-muted">{summary}</p>}
      {(warnings ?? []).map((warning) => (
        <p key={warning} className="mt-2 flex gap-2 text-[13px] text-muted">
          <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden />
          {warning}
        </p>
      ))}
    </div>
  )
}
