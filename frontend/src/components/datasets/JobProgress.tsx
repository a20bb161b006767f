import { X } from "lucide-react"
import { toast } from "sonner"
import { useCancelJob } from "@/hooks/useJobs"
import { formatPercent } from "@/lib/format"
import { isWaiting, kindNoun, progressParts, progressSentence, stageWords } from "@/lib/jobWords"
import type { LiveJob } from "@/stores/liveJob"
import { IconButton } from "../common/Button"
import { wordsOf } from "../common/ErrorNotice"
import { ProgressBar } from "../common/ProgressBar"

interface JobProgressProps {
  job: LiveJob
  /** What is worked on, for the name of the cancel button. */
  subject: string
}

/** A job on its way: stage, bar, done of total, rate, time left, cancel. Its height never changes. */
export function JobProgress({ job, subject }: JobProgressProps) {
  const cancel = useCancelJob()
  const parts = progressParts(job)
  const stop = () =>
    cancel.mutate(job.id, {
      onError: (error) => toast.error(wordsOf(error).title, { description: wordsOf(error).detail }),
    })
  return (
    <div className="min-w-0">
      <div className="flex h-8 items-center justify-between gap-2 text-[13px]">
        <span className="truncate font-medium">{stageWords(job)}</span>
        <span className="flex items-center gap-1">
          <span className="text-muted tnum">{job.state === "running" && formatPercent(job.progress)}</span>
          <IconButton
            label={`Cancel: ${kindNoun(job.kind)} ${subject}`}
            className="relative z-10 -mr-2"
            busy={cancel.isPending}
            disabled={job.state === "cancelling"}
            onClick={stop}
          >
            <X aria-hidden />
          </IconButton>
        </span>
      </div>
      <ProgressBar
        idle={isWaiting(job)}
        value={job.state === "running" ? job.progress : null}
        label={progressSentence(job)}
      />
      <div className="mt-1.5 flex h-4 gap-x-2 overflow-hidden text-xs whitespace-nowrap text-faint tnum">
        {parts.length ? (
          <>
            <span className="truncate">{parts.slice(0, -1).join(" · ") || parts[0]}</span>
            {parts.length > 1 && <span className="ml-auto shrink-0">{parts.at(-1)}</span>}
          </>
        ) : (
          <span className="truncate">{job.message}</span>
        )}
      </div>
    </div>
  )
}
