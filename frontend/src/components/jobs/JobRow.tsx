import { ChevronRight, RotateCw, X } from "lucide-react"
import { useState } from "react"
import { Link } from "react-router"
import { toast } from "sonner"
import { isActive } from "@/api/jobs"
import type { JobView } from "@/api/types"
import { useCancelJob, useRetryJob } from "@/hooks/useJobs"
import { cn } from "@/lib/cn"
import { formatAgo, formatDateTime, formatDuration, formatPercent } from "@/lib/format"
import { isWaiting, kindNoun, progressParts, progressSentence, stageWords } from "@/lib/jobWords"
import { shortTokenizer } from "@/lib/tokenizationName"
import { IconButton } from "../common/Button"
import { wordsOf } from "../common/ErrorNotice"
import { ProgressBar } from "../common/ProgressBar"
import { JobDetail } from "./JobDetail"
import { JobStateBadge } from "./JobStateBadge"

interface JobRowProps {
  job: JobView
  showDataset: boolean
}

const complain = (error: unknown) => toast.error(wordsOf(error).title, { description: wordsOf(error).detail })

export function JobRow({ job, showDataset }: JobRowProps) {
  const [open, setOpen] = useState(false)
  const cancel = useCancelJob()
  const retry = useRetryJob()
  const active = isActive(job.state)
  const what = [kindNoun(job.kind), tokenizerOf(job)].filter(Boolean).join(" · ")
  const subject = job.dataset_name ?? "a dataset"
  return (
    <li>
      <div className="grid grid-cols-[auto_1fr_auto] items-center gap-x-3 gap-y-1 px-3 py-2 lg:grid-cols-[auto_minmax(12rem,18rem)_7rem_1fr_auto]">
        <IconButton
          label={`${open ? "Hide" : "Show"} details: ${what} ${subject}`}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <ChevronRight
            className={cn("transition-transform duration-150", open && "rotate-90")}
            aria-hidden
          />
        </IconButton>
        <div className="min-w-0">
          <p className="truncate text-[13px] font-medium">{what}</p>
          {showDataset && (
            <p className="truncate text-xs text-muted">
              {job.dataset_id && job.kind !== "delete" ? (
                <Link to={`/datasets/${job.dataset_id}`} className="hover:text-fg hover:underline">
                  {subject}
                </Link>
              ) : (
                subject
              )}
            </p>
          )}
        </div>
        <div className="max-lg:col-start-2">
          <JobStateBadge state={job.state} />
        </div>
        <div className="min-w-0 max-lg:col-span-2 max-lg:col-start-2">
          {active ? <Running job={job} /> : <Outcome job={job} />}
        </div>
        <div className="flex w-8 justify-end max-lg:col-start-3 max-lg:row-start-1">
          {active ? (
            <IconButton
              label={`Cancel: ${what} ${subject}`}
              busy={cancel.isPending}
              disabled={job.state === "cancelling"}
              onClick={() => cancel.mutate(job.id, { onError: complain })}
            >
              <X aria-hidden />
            </IconButton>
          ) : (
            (job.state === "failed" || job.state === "cancelled") && (
              <IconButton
                label={`Try again: ${what} ${subject}`}
                busy={retry.isPending}
                onClick={() => retry.mutate(job.id, { onError: complain })}
              >
                <RotateCw aria-hidden />
              </IconButton>
            )
          )}
        </div>
      </div>
      {open && <JobDetail job={job} />}
    </li>
  )
}

/** The tokenizer a tokenize job was asked for. */
function tokenizerOf({ kind, params }: JobView): string | null {
  const config = params.config as { tokenizer_name?: unknown } | undefined
  const name = kind === "tokenize" ? config?.tokenizer_name : undefined
  return typeof name === "string" ? shortTokenizer(name) : null
}

function Running({ job }: { job: JobView }) {
  return (
    <div className="flex items-center gap-4">
      <div className="w-28 shrink-0 truncate text-[13px]">{stageWords(job)}</div>
      <ProgressBar
        idle={isWaiting(job)}
        value={job.state === "running" ? job.progress : null}
        label={progressSentence(job)}
        className="max-w-56"
      />
      <div className="min-w-0 flex-1 truncate text-xs text-faint tnum">
        {[job.state === "running" ? formatPercent(job.progress) : null, ...progressParts(job)]
          .filter(Boolean)
          .join(" · ")}
      </div>
    </div>
  )
}

function Outcome({ job }: { job: JobView }) {
  const seconds =
    job.started_at && job.finished_at
      ? (new Date(job.finished_at).getTime() - new Date(job.started_at).getTime()) / 1000
      : null
  return (
    <p className="flex min-w-0 items-center gap-4 text-xs text-faint">
      {job.error && <span className="truncate text-danger">{job.error.title}</span>}
      {seconds !== null && !job.error && <span className="tnum">{formatDuration(seconds)}</span>}
      <time
        className="ml-auto shrink-0"
        dateTime={job.finished_at ?? undefined}
        title={formatDateTime(job.finished_at)}
      >
        {formatAgo(job.finished_at)}
      </time>
    </p>
  )
}
