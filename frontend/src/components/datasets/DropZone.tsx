import { Upload } from "lucide-react"
import { useId, useState } from "react"
import { cn } from "@/lib/cn"

interface DropZoneProps {
  onFiles: (files: File[]) => void
  compact?: boolean
}

/** A place for files: drop them, or choose them by mouse or keyboard. */
export function DropZone({ onFiles, compact = false }: DropZoneProps) {
  const id = useId()
  const [over, setOver] = useState(false)
  return (
    <div
      role="group"
      aria-label="Files to upload"
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        event.stopPropagation()
        setOver(false)
        onFiles([...event.dataTransfer.files])
      }}
      className={cn(
        "relative flex flex-col items-center justify-center rounded-card border border-dashed text-center transition-colors duration-150",
        "focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent",
        over ? "border-accent bg-accent/8" : "border-line-strong bg-page hover:border-faint",
        compact ? "px-3 py-4" : "min-h-64 px-6 py-12",
      )}
    >
      {!compact && <Upload className="mb-3 size-6 text-faint" aria-hidden />}
      <label htmlFor={id} className="cursor-pointer font-medium after:absolute after:inset-0">
        {compact ? "Add more files" : "Drop files here, or choose them"}
      </label>
      {!compact && (
        <p className="mt-1.5 text-[13px] text-muted">
          CSV, TSV, JSON, JSONL, Parquet or plain text, also as .gz or .zst
        </p>
      )}
      <input
        id={id}
        type="file"
        multiple
        className="sr-only"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          event.target.value = ""
        }}
      />
    </div>
  )
}
