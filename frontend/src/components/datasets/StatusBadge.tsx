import { CircleAlert, CircleCheck, CircleDashed, LoaderCircle, Trash2 } from "lucide-react"
import type { DatasetStatus } from "@/api/types"
import { Badge, type Tone } from "../common/Badge"

export const STATUS_WORDS: Record<DatasetStatus, string> = {
  PENDING: "Waiting",
  DOWNLOADING: "Downloading",
  PROCESSING: "Working",
  DOWNLOADED: "Ready",
  TOKENIZED: "Tokenized",
  ERROR: "Failed",
}

const tones: Record<DatasetStatus, Tone> = {
  PENDING: "neutral",
  DOWNLOADING: "info",
  PROCESSING: "info",
  DOWNLOADED: "neutral",
  TOKENIZED: "accent",
  ERROR: "danger",
}

const icons: Record<DatasetStatus, React.ReactNode> = {
  PENDING: <CircleDashed aria-hidden />,
  DOWNLOADING: <LoaderCircle className="animate-spin" aria-hidden />,
  PROCESSING: <LoaderCircle className="animate-spin" aria-hidden />,
  DOWNLOADED: <CircleCheck aria-hidden />,
  TOKENIZED: <CircleCheck aria-hidden />,
  ERROR: <CircleAlert aria-hidden />,
}

interface StatusBadgeProps {
  status: DatasetStatus
  deleting?: boolean
}

/** Status as icon, word and colour. */
export function StatusBadge({ status, deleting = false }: StatusBadgeProps) {
  if (deleting) {
    return (
      <Badge tone="neutral" icon={<Trash2 aria-hidden />}>
        Deleting
      </Badge>
    )
  }
  return (
    <Badge tone={tones[status]} icon={icons[status]}>
      {STATUS_WORDS[status]}
    </Badge>
  )
}
