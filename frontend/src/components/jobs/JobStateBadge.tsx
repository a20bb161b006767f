import { Ban, CircleAlert, CircleCheck, CircleDashed, LoaderCircle, RotateCw } from "lucide-react"
import type { ReactNode } from "react"
import type { JobState } from "@/api/types"
import { Badge, type Tone } from "../common/Badge"

const states: Record<JobState, { words: string; tone: Tone; icon: ReactNode }> = {
  queued: { words: "Waiting", tone: "neutral", icon: <CircleDashed aria-hidden /> },
  running: { words: "Running", tone: "info", icon: <LoaderCircle className="animate-spin" aria-hidden /> },
  retrying: { words: "Trying again", tone: "warn", icon: <RotateCw aria-hidden /> },
  cancelling: {
    words: "Cancelling",
    tone: "warn",
    icon: <LoaderCircle className="animate-spin" aria-hidden />,
  },
  succeeded: { words: "Done", tone: "accent", icon: <CircleCheck aria-hidden /> },
  failed: { words: "Failed", tone: "danger", icon: <CircleAlert aria-hidden /> },
  cancelled: { words: "Cancelled", tone: "neutral", icon: <Ban aria-hidden /> },
}

export function JobStateBadge({ state }: { state: JobState }) {
  const { words, tone, icon } = states[state]
  return (
    <Badge tone={tone} icon={icon}>
      {words}
    </Badge>
  )
}
