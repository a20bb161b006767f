import { Trash2 } from "lucide-react"
import { useState } from "react"
import { toast } from "sonner"
import { findDataset } from "@/api/cache"
import { useDeleteDataset } from "@/hooks/useDatasets"
import { formatBytes, formatExact } from "@/lib/format"
import { useDatasetsStore } from "@/stores/datasetsStore"
import { Button } from "../common/Button"
import { ConfirmDialog } from "../common/ConfirmDialog"
import { wordsOf } from "../common/ErrorNotice"

/** What can be done with the ticked datasets; it floats above the page's lower edge while any is ticked. */
export function MarkedBar() {
  const marked = useDatasetsStore((state) => state.marked)
  const clearMarks = useDatasetsStore((state) => state.clearMarks)
  const [asking, setAsking] = useState(false)
  const remove = useDeleteDataset()
  if (!marked.size) return null

  const datasets = [...marked].map((id) => findDataset(id)).filter((dataset) => dataset !== undefined)
  const raw = datasets.reduce((sum, dataset) => sum + (dataset.size_bytes ?? 0), 0)
  const tokenizations = datasets.reduce((sum, dataset) => sum + dataset.tokenizations.length, 0)
  const count = `${formatExact(marked.size)} ${marked.size === 1 ? "dataset" : "datasets"}`

  const deleteAll = async () => {
    const outcomes = await Promise.allSettled([...marked].map((id) => remove.mutateAsync(id)))
    const failed = outcomes.filter((outcome) => outcome.status === "rejected")
    setAsking(false)
    if (failed[0])
      toast.error(`${failed.length} could not be deleted.`, { description: wordsOf(failed[0].reason).detail })
    else toast.success(`${count} deleted.`)
  }
  return (
    <div
      role="region"
      aria-label="Selected datasets"
      className="fixed inset-x-0 bottom-18 z-30 mx-auto flex w-fit animate-rise items-center gap-3 rounded-card border border-line-strong bg-surface py-2 pr-2 pl-4 shadow-float sm:bottom-6"
    >
      <span className="text-[13px] font-medium tnum">{count} selected</span>
      <Button size="sm" look="ghost" onClick={clearMarks}>
        Clear
      </Button>
      <Button
        size="sm"
        look="danger"
        icon={<Trash2 className="size-3.5" aria-hidden />}
        onClick={() => setAsking(true)}
      >
        Delete
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={deleteAll}
        title={`Delete ${count}?`}
        verb={`Delete ${count}`}
        busy={remove.isPending}
      >
        <p>
          This frees {formatBytes(raw)} of raw data
          {tokenizations > 0 && ` and takes ${formatExact(tokenizations)} of its tokenizations with it`}. It
          cannot be undone.
        </p>
      </ConfirmDialog>
    </div>
  )
}
