import { FileText, RotateCw, X } from "lucide-react"
import { useUploads } from "@/hooks/useUploads"
import { cn } from "@/lib/cn"
import { formatBytes, formatRate, formatTimeLeft } from "@/lib/format"
import type { LocalUpload } from "@/stores/uploadsStore"
import { IconButton } from "../common/Button"
import { wordsOf } from "../common/ErrorNotice"
import { ProgressBar } from "../common/ProgressBar"

interface UploadListProps {
  current: string | null
  onSelect: (key: string) => void
}

/** The files of this page: on their way, interrupted, failed, or ready to become datasets. */
export function UploadList({ current, onSelect }: UploadListProps) {
  const { uploads, discard, retry } = useUploads()
  return (
    <ul className="flex flex-col gap-2" aria-label="Files">
      {uploads.map((upload) => (
        <li
          key={upload.key}
          className={cn(
            "relative rounded-control border bg-page px-3 py-2",
            upload.key === current ? "border-accent" : "border-line",
          )}
        >
          <div className="flex items-center gap-2">
            <FileText className="size-4 shrink-0 text-faint" aria-hidden />
            <button
              type="button"
              onClick={() => onSelect(upload.key)}
              aria-current={upload.key === current || undefined}
              className="min-w-0 flex-1 truncate text-left text-[13px] font-medium after:absolute after:inset-0"
            >
              {upload.file.name}
            </button>
            <span className="shrink-0 text-xs text-faint tnum">{formatBytes(upload.file.size)}</span>
            {upload.state === "failed" && (
              <IconButton
                label={`Send ${upload.file.name} again`}
                className="relative"
                onClick={() => retry(upload)}
              >
                <RotateCw aria-hidden />
              </IconButton>
            )}
            <IconButton
              label={upload.state === "done" ? `Discard ${upload.file.name}` : `Cancel ${upload.file.name}`}
              className="relative -mr-1.5"
              onClick={() => discard(upload)}
            >
              <X aria-hidden />
            </IconButton>
          </div>
          <UploadState upload={upload} />
        </li>
      ))}
    </ul>
  )
}

function UploadState({ upload }: { upload: LocalUpload }) {
  const { file, sent, rate, state } = upload
  if (state === "done") return null
  if (state === "failed") {
    const { title, detail, code } = wordsOf(upload.error)
    return (
      <p role="alert" className="mt-1 text-xs text-danger">
        {detail || title} {code && <span className="font-mono text-faint">{code}</span>}
      </p>
    )
  }
  const left = rate ? formatTimeLeft((file.size - sent) / rate) : null
  const words =
    state === "interrupted"
      ? "Connection lost; goes on by itself"
      : sent === file.size
        ? "Reading the first rows"
        : [formatRate(rate, "bytes"), left].filter(Boolean).join(" · ")
  return (
    <div className="mt-1.5">
      <ProgressBar value={file.size ? (sent / file.size) * 100 : null} label={`Sending ${file.name}`} />
      <p className="mt-1 h-4 text-xs text-faint tnum">{words}</p>
    </div>
  )
}
