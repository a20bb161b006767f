import { Cloud, FileText } from "lucide-react"
import type { DatasetSource } from "@/api/types"
import { Badge } from "../common/Badge"

export function SourceBadge({ source }: { source: DatasetSource }) {
  return source === "HUGGINGFACE" ? (
    <Badge icon={<Cloud aria-hidden />} title="From the Hugging Face Hub">
      Hub
    </Badge>
  ) : (
    <Badge icon={<FileText aria-hidden />} title="From an uploaded file">
      File
    </Badge>
  )
}
