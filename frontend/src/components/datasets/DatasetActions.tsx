import { Ellipsis, Pencil, Trash2 } from "lucide-react"
import { DropdownMenu } from "radix-ui"
import { useState } from "react"
import { toast } from "sonner"
import type { DatasetSummary } from "@/api/types"
import { useDeleteDataset } from "@/hooks/useDatasets"
import { cn } from "@/lib/cn"
import { formatBytes, formatExact } from "@/lib/format"
import { buttonClass } from "../common/Button"
import { ConfirmDialog } from "../common/ConfirmDialog"
import { menuClass, menuItemClass } from "../panels/FilterMenu"
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
      <DropdownMenu.Root>
        <DropdownMenu.Trigger
          aria-label="Actions"
          disabled={dataset.deleting}
          className={cn(buttonClass("ghost", "sm"), "size-8 px-0")}
        >
          <Ellipsis className="size-4" aria-hidden />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="end" sideOffset={6} className={menuClass}>
            <DropdownMenu.Item className={menuItemClass} onSelect={() => setAsking("rename")}>
              <Pencil className="size-4 text-faint" aria-hidden />
              Rename
            </DropdownMenu.Item>
            <DropdownMenu.Item
              className={cn(menuItemClass, "text-danger")}
              onSelect={() => setAsking("delete")}
            >
              <Trash2 className="size-4" aria-hidden />
              Delete dataset
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
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
