import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { downloadDataset } from "@/api/datasets"
import type { JobAccepted } from "@/api/types"
import { takeAccepted } from "@/hooks/useDatasets"
import { Button } from "../common/Button"
import { ErrorNotice } from "../common/ErrorNotice"
import { Field, TextInput } from "../common/Field"

export function HubForm({ onAccepted }: { onAccepted: (accepted: JobAccepted) => void }) {
  const [name, setName] = useState("")
  const download = useMutation({ mutationFn: downloadDataset, onSuccess: takeAccepted })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        download.mutate({ name: name.trim() }, { onSuccess: onAccepted })
      }}
    >
      <Field label="Dataset" hint="The name on the Hub, as namespace/name.">
        {(control) => (
          <TextInput {...control} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      {download.error && <ErrorNotice error={download.error} />}
      <Button
        type="submit"
        look="primary"
        className="self-end"
        busy={download.isPending}
        disabled={!name.trim()}
      >
        Download dataset
      </Button>
    </form>
  )
}
