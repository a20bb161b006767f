import { Download, Trash2 } from "lucide-react"
import { exportFileUrl } from "@/api/exports"
import { isActive } from "@/api/jobs"
import type { ExportView } from "@/api/types"
import { useDeleteExport } from "@/hooks/useExports"
import { formatBytes } from "@/lib/format"
import { useDatasetsStore } from "@/stores/datasetsStore"
import { Badge } from "../../common/Badge"
import { IconButton } from "../../common/Button"
import { ErrorNotice, wordsOf } from "../../common/ErrorNotice"
import { ProgressBar } from "../../common/ProgressBar"
import { JobStateBadge } from "../../jobs/JobStateBadge"

/** One export: on its way, failed, or its files to be saved. */
export function ExportLine({ item }: { item: ExportView }) {
  const remove = useDeleteExport(item.tokenization_id)
  const live = useDatasetsStore((state) => state.liveJobs[item.id])
  const active = isActive(item.state)
  const split = typeof item.options.split === "string" ? item.options.split : null
  return (
    <li className="px-3 py-2 text-[13px]">
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
        <Badge>{item.format}</Badge>
        {split && <span className="text-muted">{split}</span>}
        {item.state !== "succeeded" && <JobStateBadge state={item.state} />}
        {item.size_bytes !== null && (
          <span className="text-xs text-faint tnum">{formatBytes(item.size_bytes)}</span>
        )}
        {active && (
          <ProgressBar
            value={live?.progress ?? item.progress}
            idle={item.state === "queued"}
            label={`Export as ${item.format}`}
            className="max-w-56"
          />
        )}
        <IconButton
          label={`Delete the ${item.format} export`}
          className="ml-auto"
          busy={remove.isPending}
          disabled={active}
          onClick={() => remove.mutate(item.id)}
        >
          <Trash2 aria-hidden />
        </IconButton>
      </div>
      {item.error && <ErrorNotice error={item.error} className="mt-1" />}
      {remove.error && <p className="mt-1 text-xs text-danger">{wordsOf(remove.error).detail}</p>}
      {item.files && item.files.length > 0 && (
        <ul className="mt-1 flex max-h-40 flex-col overflow-auto">
          {item.files.map((file) => (
            <li key={file.path}>
              <a
                href={exportFileUrl(item.id, file.path)}
                download
                className="flex items-center gap-2 rounded px-1 py-0.5 hover:bg-raised"
              >
                <Download className="size-3.5 shrink-0 text-faint" aria-hidden />
                <span className="min-w-0 truncate font-mono text-xs">{file.path}</span>
                <span className="ml-auto text-xs text-faint tnum">{formatBytes(file.size_bytes)}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
