import type { JobLog, JobView } from "@/api/types"
import { useJobLog } from "@/hooks/useJobs"
import { formatDateTime, formatExact } from "@/lib/format"
import { CopyButton } from "../common/CopyButton"
import { ErrorNotice } from "../common/ErrorNotice"
import { Fact, Facts } from "../common/Facts"
import { Skeleton } from "../common/Skeleton"

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" })

/** What a job was asked, what happened to it in order, and why it failed. */
export function JobDetail({ job }: { job: JobView }) {
  const log = useJobLog(job.id)
  return (
    <div className="grid gap-6 border-t border-line bg-page px-4 py-4 sm:px-13 lg:grid-cols-[20rem_1fr]">
      <Facts>
        <Fact name="Created">{formatDateTime(job.created_at)}</Fact>
        <Fact name="Started">{formatDateTime(job.started_at)}</Fact>
        <Fact name="Finished">{formatDateTime(job.finished_at)}</Fact>
        {job.run_at && job.state === "retrying" && (
          <Fact name="Tried again">{formatDateTime(job.run_at)}</Fact>
        )}
        <Fact name="Attempts">{formatExact(job.attempt)}</Fact>
        <Fact name="Queue">
          {job.queue}, priority {job.priority}
        </Fact>
        <Fact name="Id">
          <span className="flex items-center gap-1">
            <code className="truncate font-mono text-xs">{job.id}</code>
            <CopyButton text={job.id} label="Copy the job's id" />
          </span>
        </Fact>
      </Facts>
      <div className="flex min-w-0 flex-col gap-4">
        {job.error && <ErrorNotice error={job.error} />}
        {log.error && <ErrorNotice error={log.error} onRetry={() => log.refetch()} />}
        {log.isPending && <Skeleton className="h-24" />}
        {log.data && <Lines log={log.data} />}
        <details className="text-[13px]">
          <summary className="w-fit text-muted hover:text-fg">Request</summary>
          <pre className="mt-2 overflow-x-auto rounded-control border border-line bg-surface p-3 font-mono text-xs">
            {JSON.stringify(job.params, null, 2)}
          </pre>
        </details>
      </div>
    </div>
  )
}

function Lines({ log }: { log: JobLog }) {
  if (!log.lines.length) return <p className="text-[13px] text-faint">Nothing has happened yet.</p>
  return (
    <ol className="font-mono text-xs leading-5" aria-label="Log">
      {log.lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a log only grows at its end.
        <li key={index} className="grid grid-cols-[4.5rem_1fr] gap-3">
          <time dateTime={line.at} className="text-faint">
            {clock.format(new Date(line.at))}
          </time>
          <span
            className={line.level === "error" ? "text-danger" : line.level === "warning" ? "text-warn" : ""}
          >
            {line.event} <span className="break-all text-faint">{fieldWords(line.fields)}</span>
          </span>
        </li>
      ))}
    </ol>
  )
}

function fieldWords(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ")
}
