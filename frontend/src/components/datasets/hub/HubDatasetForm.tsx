import { useState } from "react"
import type { HubDataset, JobAccepted } from "@/api/types"
import { useDownload, useHubRows } from "@/hooks/useHub"
import { Button } from "../../common/Button"
import { ErrorNotice, wordsOf } from "../../common/ErrorNotice"
import { Skeleton } from "../../common/Skeleton"
import { PreviewTable } from "../PreviewTable"
import { ChoiceChips } from "./ChoiceChips"
import { forecastOf, forecastWords, splitWords } from "./forecast"
import { HubFacts } from "./HubFacts"
import { type HubLimits, HubMore } from "./HubMore"

const ALL = ""

interface HubDatasetFormProps {
  dataset: HubDataset
  revision: string
  onRevision: (revision: string) => void
  onAccepted: (accepted: JobAccepted) => void
}

/** What a dataset of the Hub holds: config and split as chips, the first rows, the forecast, one button. */
export function HubDatasetForm({ dataset, revision, onRevision, onAccepted }: HubDatasetFormProps) {
  const configs = dataset.configs ?? []
  const [configName, setConfigName] = useState(dataset.default_config ?? configs[0]?.name ?? "")
  const [split, setSplit] = useState(ALL)
  const [columns, setColumns] = useState<readonly string[] | null>(null)
  const [limits, setLimits] = useState<HubLimits>({ maxSamples: "", displayName: "" })
  const download = useDownload()

  const config = configs.find((one) => one.name === configName)
  const splits = config?.splits ?? []
  const readable = config !== undefined && !config.problem && splits.length > 0
  const choice = {
    name: dataset.name,
    config: configName,
    split: split || splits[0]?.name,
    ...(revision && { revision }),
  }
  const rows = useHubRows(choice, readable)
  const textColumns = columns ?? rows.data?.text_columns ?? []
  const maxSamples = /^\d+$/.test(limits.maxSamples) ? Number(limits.maxSamples) : null
  const chosen = split === ALL ? splits : splits.filter((one) => one.name === split)
  const forecast = forecastOf(chosen, maxSamples)

  const submit = () =>
    download.mutate(
      {
        name: dataset.name,
        config: configName,
        ...(split && { split }),
        ...(revision && { revision }),
        ...(maxSamples && { max_samples: maxSamples }),
        ...(columns && { text_columns: [...columns] }),
        ...(limits.displayName.trim() && { display_name: limits.displayName.trim() }),
      },
      { onSuccess: onAccepted },
    )
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <HubFacts dataset={dataset} />
      {configs.length > 1 && (
        <ChoiceChips
          label="Config"
          value={configName}
          onChange={(next) => {
            setConfigName(next)
            setSplit(ALL)
            setColumns(null)
          }}
          options={configs.map((one) => ({
            value: one.name,
            label: one.name,
            detail: one.problem ? "cannot be read" : undefined,
          }))}
        />
      )}
      {config?.problem && (
        <p role="alert" className="rounded-control border border-warn/35 bg-warn/8 px-3 py-2 text-[13px]">
          {config.problem}
        </p>
      )}
      {splits.length > 0 && (
        <ChoiceChips
          label="Split"
          value={split}
          onChange={setSplit}
          options={[
            ...(splits.length > 1 ? [{ value: ALL, label: "All", detail: splitWords(splits) }] : []),
            ...splits.map((one) => ({
              value: splits.length > 1 ? one.name : ALL,
              label: one.name,
              detail: splitWords([one]),
            })),
          ]}
        />
      )}
      {readable && (
        <div>
          <p className="mb-1.5 text-[13px] font-medium">
            First rows{" "}
            <span className="font-normal text-faint">
              of {choice.split}; click a column's head to use it as text
            </span>
          </p>
          {rows.isPending && <Skeleton className="h-40" />}
          {rows.error && (
            <p className="text-[13px] text-muted">
              The first rows cannot be shown: {wordsOf(rows.error).detail}
            </p>
          )}
          {rows.data && (
            <PreviewTable
              preview={rows.data}
              textColumns={textColumns}
              onToggle={(column) =>
                setColumns(
                  textColumns.includes(column)
                    ? textColumns.filter((one) => one !== column)
                    : [...textColumns, column],
                )
              }
            />
          )}
        </div>
      )}
      <HubMore limits={limits} onLimits={setLimits} revision={revision} onRevision={onRevision} />
      {download.error && <ErrorNotice error={download.error} />}
      <div className="sticky bottom-0 z-20 -mx-4 flex flex-wrap items-center justify-between gap-3 border-t border-line bg-surface px-4 py-3 sm:-mx-6 sm:px-6">
        <p className="text-[13px] text-muted tnum">{forecastWords(forecast)}</p>
        <Button
          type="submit"
          look="primary"
          busy={download.isPending}
          disabled={!readable || columns?.length === 0}
          className="ml-auto"
        >
          Download dataset
        </Button>
      </div>
    </form>
  )
}
