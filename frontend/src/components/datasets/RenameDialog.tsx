import { useState } from "react"
import type { DatasetSummary } from "@/api/types"
import { usePatchDataset } from "@/hooks/useDatasets"
import { Button } from "../common/Button"
import { Dialog } from "../common/Dialog"
import { wordsOf } from "../common/ErrorNotice"
import { Field, TextInput } from "../common/Field"

interface RenameDialogProps {
  dataset: DatasetSummary
  open: boolean
  onClose: () => void
}

export function RenameDialog({ dataset, open, onClose }: RenameDialogProps) {
  const [name, setName] = useState(dataset.name)
  const patch = usePatchDataset(dataset.id)
  return (
    <Dialog open={open} onClose={onClose} title="Rename dataset">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          patch.mutate({ name }, { onSuccess: onClose })
        }}
      >
        <Field
          label="Name"
          error={patch.error && wordsOf(patch.error).detail}
          className="px-4 pt-3 pb-5 sm:px-6"
        >
          {(control) => (
            <TextInput
              {...control}
              value={name}
              maxLength={200}
              required
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <div className="flex justify-end gap-2 border-t border-line px-4 py-3 sm:px-6">
          <Button onClick={onClose}>Keep the name</Button>
          <Button
            type="submit"
            look="primary"
            busy={patch.isPending}
            disabled={!name.trim() || name === dataset.name}
          >
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
