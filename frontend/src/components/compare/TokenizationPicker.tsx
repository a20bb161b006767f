import { useEffect, useState } from "react"
import { useDataset, useDatasets, useTokenizations } from "@/hooks/useDatasets"
import { tokenizationLabel } from "@/lib/tokenizationName"
import { Field, Select } from "../common/Field"

const FILTERS = { status: ["TOKENIZED", "PROCESSING"], sort: "-updated_at" }

interface TokenizationPickerProps {
  label: string
  /** The dataset of what is chosen, once it is known. */
  datasetId: string | null
  value: string | null
  onChange: (id: string) => void
}

/** A finished tokenization: first its dataset, then which of them. */
export function TokenizationPicker({ label, datasetId, value, onChange }: TokenizationPickerProps) {
  const list = useDatasets(FILTERS)
  const [chosen, setChosen] = useState<string | null>(null)
  const current = chosen ?? datasetId
  const dataset = useDataset(current ?? "")
  const listed = list.data?.pages.flatMap((page) => page.items) ?? []
  // The dataset of the address may lie beyond the first page of the list.
  const missing = dataset.data && !listed.some((one) => one.id === current) ? [dataset.data] : []
  const datasets = [...missing, ...listed]
  useEffect(() => {
    if (datasetId) setChosen(null)
  }, [datasetId])
  return (
    <fieldset className="grid gap-3 rounded-card border border-line bg-surface p-4 sm:grid-cols-2">
      <legend className="sr-only">{label}</legend>
      <Field label={`${label}: dataset`}>
        {(control) => (
          <Select {...control} value={current ?? ""} onChange={(event) => setChosen(event.target.value)}>
            <option value="" disabled>
              Choose a dataset
            </option>
            {datasets.map((dataset) => (
              <option key={dataset.id} value={dataset.id}>
                {dataset.name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={`${label}: tokenization`}>
        {(control) =>
          current ? (
            <Of key={current} control={control} datasetId={current} value={value} onChange={onChange} />
          ) : (
            <Select {...control} disabled />
          )
        }
      </Field>
    </fieldset>
  )
}

interface OfProps {
  control: object
  datasetId: string
  value: string | null
  onChange: (id: string) => void
}

function Of({ control, datasetId, value, onChange }: OfProps) {
  const query = useTokenizations(datasetId)
  const ready = query.data?.items.filter((item) => item.statistics) ?? []
  const known = ready.some((item) => item.id === value)
  return (
    <Select
      {...control}
      value={known && value ? value : ""}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="" disabled>
        {query.isPending ? "Loading" : ready.length ? "Choose a tokenization" : "None is finished"}
      </option>
      {ready.map((item) => (
        <option key={item.id} value={item.id}>
          {tokenizationLabel(item)}
        </option>
      ))}
    </Select>
  )
}
