import { useState } from "react"
import type { JobAccepted } from "@/api/types"
import { useHubDataset, useHubSearch } from "@/hooks/useHub"
import { formatCount } from "@/lib/format"
import { Combobox } from "../../common/Combobox"
import { ErrorNotice, wordsOf } from "../../common/ErrorNotice"
import { Field } from "../../common/Field"
import { LoadingText, Skeleton } from "../../common/Skeleton"
import { HubDatasetForm } from "./HubDatasetForm"

interface HubFormProps {
  /** A dataset to begin with, e.g. to download it again otherwise. */
  initial: string
  onAccepted: (accepted: JobAccepted) => void
}

/** Adding a dataset from the Hub: type, choose, see what it holds, download. */
export function HubForm({ initial, onAccepted }: HubFormProps) {
  const [typed, setTyped] = useState(initial)
  const [name, setName] = useState(initial)
  const [revision, setRevision] = useState("")
  const hits = useHubSearch(typed)
  const dataset = useHubDataset(name, revision)
  const options = (hits.data ?? []).map((hit) => ({
    value: hit.name,
    detail: [hit.gated && "gated", hit.downloads != null && `${formatCount(hit.downloads)} downloads`]
      .filter(Boolean)
      .join(" · "),
  }))
  return (
    <div className="flex flex-col gap-5 not-has-[form]:pb-5">
      <Field
        label="Dataset"
        hint={
          hits.error
            ? `The search failed: ${wordsOf(hits.error).detail}`
            : "Type a part of its name, or the whole: namespace/name."
        }
      >
        {(control) => (
          <Combobox
            {...control}
            value={typed}
            onChange={setTyped}
            onCommit={(value) => {
              setName(value.trim())
              setRevision("")
            }}
            options={options}
            loading={hits.isFetching}
            placeholder="roneneldan/TinyStories"
          />
        )}
      </Field>
      {dataset.error && <ErrorNotice error={dataset.error} onRetry={() => dataset.refetch()} />}
      {dataset.isFetching && !dataset.data && (
        <>
          <LoadingText>Asking the Hub</LoadingText>
          <Skeleton className="h-56" />
        </>
      )}
      {dataset.data && (
        <HubDatasetForm
          key={`${dataset.data.name} ${dataset.data.sha}`}
          dataset={dataset.data}
          revision={revision}
          onRevision={setRevision}
          onAccepted={onAccepted}
        />
      )}
    </div>
  )
}
