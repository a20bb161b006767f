import type { StorageView } from "@/api/types"
import { useStorage } from "@/hooks/useSettings"
import { formatBytes, formatShare } from "@/lib/format"
import { ErrorNotice } from "../common/ErrorNotice"
import { Skeleton } from "../common/Skeleton"
import { UsageList } from "./UsageList"

export const KIND_WORDS: Record<string, string> = {
  raw: "Raw data",
  tokenized: "Tokenized data",
  uploads: "Uploads",
  staging: "Work in progress",
  tokenizers: "Tokenizers",
  services: "Database and queue",
}

const INKS = ["bg-accent", "bg-blue", "bg-yellow", "bg-purple", "bg-info", "bg-danger"]

/** What uses the disk: one bar, and the largest parts by name. */
export function DiskUse() {
  const query = useStorage()
  if (query.error) return <ErrorNotice error={query.error} onRetry={() => query.refetch()} />
  if (!query.data) return <Skeleton className="h-40" />
  const storage = query.data
  const kinds = byKind(storage)
  const others = Math.max(0, storage.disk_total_bytes - storage.disk_free_bytes - storage.used_bytes)
  const width = (bytes: number) =>
    `${storage.disk_total_bytes ? (bytes / storage.disk_total_bytes) * 100 : 0}%`
  return (
    <div>
      <p className="text-[13px] text-muted tnum">
        miStudio uses {formatBytes(storage.used_bytes)}; {formatBytes(storage.disk_free_bytes)} of{" "}
        {formatBytes(storage.disk_total_bytes)} are free. Data directory:{" "}
        <code className="font-mono text-xs break-all text-fg">{storage.data_dir}</code>
      </p>
      <div
        role="img"
        aria-label={`Disk: ${kinds.map(([kind, bytes]) => `${KIND_WORDS[kind] ?? kind} ${formatBytes(bytes)}`).join(", ")}, free ${formatBytes(storage.disk_free_bytes)}`}
        className="mt-3 flex h-3 gap-px overflow-hidden rounded-full bg-raised"
      >
        {kinds.map(([kind, bytes], index) => (
          <div
            key={kind}
            className={`min-w-0.5 ${INKS[index % INKS.length]}`}
            style={{ width: width(bytes) }}
          />
        ))}
        <div className="bg-line-strong" style={{ width: width(others) }} />
      </div>
      <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1.5 text-[13px]">
        {kinds.map(([kind, bytes], index) => (
          <Legend
            key={kind}
            ink={INKS[index % INKS.length] ?? ""}
            name={KIND_WORDS[kind] ?? kind}
            bytes={bytes}
          />
        ))}
        <Legend ink="bg-line-strong" name="Other files" bytes={others} />
        <Legend ink="bg-raised" name="Free" bytes={storage.disk_free_bytes} />
      </ul>
      {storage.reclaimable_bytes > 0 && (
        <p className="mt-3 text-[13px] text-muted">
          {formatBytes(storage.reclaimable_bytes)} (
          {formatShare(storage.reclaimable_bytes / storage.used_bytes)}) are left over from unfinished uploads
          and work, and are freed by themselves.
        </p>
      )}
      <UsageList entries={storage.entries} />
    </div>
  )
}

function byKind(storage: StorageView): [string, number][] {
  const sums = new Map<string, number>()
  for (const entry of storage.entries) sums.set(entry.kind, (sums.get(entry.kind) ?? 0) + entry.size_bytes)
  return [...sums].filter(([, bytes]) => bytes > 0).sort(([, a], [, b]) => b - a)
}

function Legend({ ink, name, bytes }: { ink: string; name: string; bytes: number }) {
  return (
    <li className="flex items-center gap-1.5">
      <span className={`size-2 rounded-full ${ink}`} aria-hidden />
      {name} <span className="text-faint tnum">{formatBytes(bytes)}</span>
    </li>
  )
}
