import { useState } from "react"
import { ApiError } from "@/api/problem"
import type { JobAccepted, UploadView } from "@/api/types"
import type { ReadOptions } from "@/api/uploads"
import { useFilePreview, useIngest } from "@/hooks/useIngest"
import { formatCount } from "@/lib/format"
import { unescapeSeparator } from "@/lib/joinText"
import { nameFromFile } from "@/lib/uploadRate"
import { Button } from "../common/Button"
import { ErrorNotice } from "../common/ErrorNotice"
import { Field, Select, TextInput } from "../common/Field"
import { Skeleton } from "../common/Skeleton"
import { BadRowList } from "./BadRowList"
import { DetectionChips } from "./DetectionChips"
import { JoinedText } from "./JoinedText"
import { PreviewTable } from "./PreviewTable"

interface UploadFormProps {
  upload: UploadView
  onAccepted: (accepted: JobAccepted) => void
}

/** From a finished upload to a dataset: how it is read, which columns are text, what it is called. */
export function UploadForm({ upload, onAccepted }: UploadFormProps) {
  const [options, setOptions] = useState<ReadOptions>({})
  const [chosen, setChosen] = useState<readonly string[] | null>(null)
  const [name, setName] = useState(nameFromFile(upload.filename))
  const [separator, setSeparator] = useState("\\n")
  const [splits, setSplits] = useState({ name: "train", column: "" })
  const [setAside, setSetAside] = useState(false)
  const { data: preview, error, isFetching } = useFilePreview(upload.id, options, upload.preview)
  const ingest = useIngest()

  if (error && !preview) return <ErrorNotice error={error} />
  if (!preview) return <Skeleton className="h-80 w-full" />

  const known = preview.columns.map((column) => column.name)
  const textColumns = (chosen ?? preview.text_columns).filter((column) => known.includes(column))
  const toggle = (column: string) =>
    setChosen(
      textColumns.includes(column) ? textColumns.filter((one) => one !== column) : [...textColumns, column],
    )
  const submit = () =>
    ingest.mutate(
      {
        ...options,
        upload_id: upload.id,
        name,
        text_columns: [...textColumns],
        separator: unescapeSeparator(separator),
        split: splits.name,
        split_column: splits.column || null,
        on_bad_rows: setAside ? "set_aside" : "refuse",
      },
      { onSuccess: onAccepted },
    )
  const failure = error ?? ingest.error
  const problem = ingest.error instanceof ApiError ? ingest.error : null
  const nameError =
    problem?.code === "NAME_TAKEN" ? "A dataset of this name exists already." : problem?.fieldMessage("name")

  return (
    <form
      className="flex min-h-0 flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <DetectionChips preview={preview} options={options} onChange={setOptions} busy={isFetching} />
      <PreviewTable preview={preview} textColumns={textColumns} onToggle={toggle} />
      <BadRowList
        rows={preview.bad_rows}
        summary={`${preview.bad_rows.length} of the rows looked at do not fit`}
      />
      {preview.bad_rows.length > 0 && (
        <label className="flex items-center gap-2 text-[13px]">
          <input
            type="checkbox"
            className="checkbox"
            checked={setAside}
            onChange={(event) => setSetAside(event.target.checked)}
          />
          Set such rows aside and list them, instead of refusing the file
        </label>
      )}
      <JoinedText preview={preview} columns={textColumns} separator={separator} onSeparator={setSeparator} />
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label="Name" error={nameError}>
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
        <Field label="Split" error={problem?.fieldMessage("split")}>
          {(control) => (
            <TextInput
              {...control}
              value={splits.name}
              disabled={splits.column !== ""}
              onChange={(event) => setSplits({ ...splits, name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Splits from a column">
          {(control) => (
            <Select
              {...control}
              value={splits.column}
              onChange={(event) => setSplits({ ...splits, column: event.target.value })}
            >
              <option value="">None: one split</option>
              {known.map((column) => (
                <option key={column}>{column}</option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      {failure && !nameError ? <ErrorNotice error={failure} /> : null}
      <div className="sticky bottom-0 z-20 -mx-4 flex items-center justify-between gap-3 border-t border-line bg-surface px-4 py-3 sm:-mx-6 sm:px-6">
        <p className="text-[13px] text-muted tnum">
          {preview.estimated_rows !== null &&
            `${preview.format === "parquet" ? "" : "About "}${formatCount(preview.estimated_rows)} rows · `}
          {preview.columns.length} {preview.columns.length === 1 ? "column" : "columns"}
        </p>
        <Button
          type="submit"
          look="primary"
          busy={ingest.isPending}
          disabled={!textColumns.length || !name.trim()}
        >
          Create dataset
        </Button>
      </div>
    </form>
  )
}
