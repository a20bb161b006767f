import { Table } from "lucide-react"
import { useCallback, useRef } from "react"
import { useSearchParams } from "react-router"
import type { DatasetView } from "@/api/types"
import { useTokenizations } from "@/hooks/useDatasets"
import { useHotkey } from "@/hooks/useRowKeys"
import { formatExact, plural } from "@/lib/format"
import { tokenizationLabel } from "@/lib/tokenizationName"
import { EmptyState } from "../../common/EmptyState"
import { Select } from "../../common/Field"
import { SearchInput } from "../../common/SearchInput"
import { JumpToRow } from "../../samples/JumpToRow"
import { SampleTable } from "../../samples/SampleTable"
import { TokenRows } from "../../samples/TokenRows"

/** The rows of a dataset. Split, search and open row are in the address (`split`, `find`, `row`). */
export function SamplesTab({ dataset }: { dataset: DatasetView }) {
  const [params, setParams] = useSearchParams()
  const input = useRef<HTMLInputElement>(null)
  const names = Object.keys(dataset.splits ?? {})
  const split = names.find((name) => name === params.get("split")) ?? names[0]
  const find = params.get("find") ?? ""
  const row = params.get("row")
  const tokenizations = useTokenizations(dataset.id)
  const active = row !== null && /^\d+$/.test(row) ? Number(row) : null

  const set = useCallback(
    (change: Record<string, string | null>) =>
      setParams(
        (previous) => {
          const next = new URLSearchParams(previous)
          for (const [name, value] of Object.entries(change)) {
            if (value) next.set(name, value)
            else next.delete(name)
          }
          return next
        },
        { replace: true },
      ),
    [setParams],
  )
  const onSearch = useCallback((text: string) => set({ find: text, row: null }), [set])
  const onActivate = useCallback(
    (place: number | null) => set({ row: place === null ? null : String(place) }),
    [set],
  )
  useHotkey(
    "/",
    useCallback(() => input.current?.focus(), []),
    true,
  )
  if (!split || dataset.num_samples === null) {
    return (
      <EmptyState icon={<Table aria-hidden />} title="No samples yet">
        They can be read once the data are there.
      </EmptyState>
    )
  }
  const rows = dataset.splits?.[split] ?? 0
  const results = tokenizations.data?.items.filter((item) => item.status === "READY") ?? []
  const result = results.find((item) => item.id === params.get("as"))
  return (
    <div className="flex h-full min-h-96 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        {names.length > 1 && (
          <Select
            aria-label="Split"
            value={split}
            onChange={(event) => set({ split: event.target.value, row: null })}
            className="w-auto!"
          >
            {names.map((name) => (
              <option key={name} value={name}>
                {name} · {formatExact(dataset.splits?.[name])}
              </option>
            ))}
          </Select>
        )}
        {results.length > 0 && (
          <Select
            aria-label="Show rows as"
            value={result?.id ?? ""}
            onChange={(event) => set({ as: event.target.value, row: null, find: null })}
            className="w-auto! max-w-60"
          >
            <option value="">Text</option>
            {results.map((item) => (
              <option key={item.id} value={item.id}>
                Tokens: {tokenizationLabel(item)}
              </option>
            ))}
          </Select>
        )}
        {!result && (
          <>
            <SearchInput
              ref={input}
              value={find}
              onSearch={onSearch}
              label="Search in the samples"
              shortcut="/"
              className="w-full sm:w-72"
            />
            <JumpToRow rows={rows} disabled={find !== ""} active={active} onJump={onActivate} />
          </>
        )}
        <span className="ml-auto text-[13px] text-faint tnum">{plural(rows, "row")}</span>
      </div>
      {result ? (
        <TokenRows key={`${result.id} ${split}`} tokenization={result} split={split} />
      ) : (
        <SampleTable
          datasetId={dataset.id}
          split={split}
          q={find}
          expected={rows}
          active={active}
          onActivate={onActivate}
        />
      )}
    </div>
  )
}
