import { Ellipsis, Pencil, Trash2 } from "lucide-react"
import { useState } from "react"
import { toast } from "sonner"
import type { DatasetSummary } from "@/api/types"
import { useDeleteDataset } from "@/hooks/useDatasets"
import { cn } from "@/lib/cn"
import { formatBytes, formatExact } from "@/lib/format"
import { buttonClass } from "../common/Button"
import { ConfirmDialog } from "../common/ConfirmDialog"
import { Menu } from "../common/Menu"
import { RenameDialog } from "./RenameDialog"

interface DatasetActionsProps {
  dataset: DatasetSummary
  onDeleted: () => void
}

/** What can be done with a dataset as a whole. */
export function DatasetActions({ dataset, onDeleted }: DatasetActionsProps) {
  const [asking, setAsking] = useState<"delete" | "rename" | null>(null)
  const remove = useDeleteDataset()
  const close = () => setAsking(null)
  const confirm = () =>
    remove.mutate(dataset.id, {
      onSuccess: () => {
        toast.success(`${dataset.name} deleted.`)
        close()
        onDeleted()
      },
    })
  const results = dataset.tokenizations.length
  return (
    <>
      <Menu
        label="Actions"
        triggerClass={cn(buttonClass("ghost", "sm"), "size-8 px-0")}
        trigger={<Ellipsis className="size-4" aria-hidden />}
        align="end"
        disabled={dataset.deleting}
        items={[
          { label: "Rename", icon: <Pencil aria-hidden />, onSelect: () => setAsking("rename") },
          {
            label: "Delete dataset",
            icon: <Trash2 aria-hidden />,
            danger: true,
            onSelect: () => setAsking("delete"),
          },
        ]}
      />
      <RenameDialog key={dataset.name} dataset={dataset} open={asking === "rename"} onClose={close} />
      <ConfirmDialog
        open={asking === "delete"}
        onClose={close}
        onConfirm={confirm}
        title="Delete this dataset?"
        verb="Delete dataset"
        busy={remove.isPending}
        error={remove.error}
      >
        <p>
          <strong className="font-medium break-all text-fg">{dataset.name}</strong>
          {dataset.num_samples !== null && `, ${formatExact(dataset.num_samples)} samples`}
          {results > 0 &&
            ` and ${formatExact(results)} ${results === 1 ? "tokenization" : "tokenizations"} of it`}{" "}
          will be lost
          {dataset.size_bytes !== null && `; this frees ${formatBytes(dataset.size_bytes)} of raw data`}. It
          cannot be undone.
        </p>
      </ConfirmDialog>
    </>
  )
}
