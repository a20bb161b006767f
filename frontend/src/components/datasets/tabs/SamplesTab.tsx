import { Table } from "lucide-react"
import { useCallback, useEffect, useRef, useState } from "react"
import { useSearchParams } from "react-router"
import type { DatasetView } from "@/api/types"
import { useHotkey } from "@/hooks/useRowKeys"
import { formatExact, plural } from "@/lib/format"
import { EmptyState } from "../../common/EmptyState"
import { Select, TextInput } from "../../common/Field"
import { SearchInput } from "../../common/SearchInput"
import { SampleTable } from "../../samples/SampleTable"

/** The rows of a dataset. Split, search and open row are in the address (`split`, `find`, `row`). */
export function SamplesTab({ dataset }: { dataset: DatasetView }) {
  const [params, setParams] = useSearchParams()
  const input = useRef<HTMLInputElement>(null)
  const names = Object.keys(dataset.splits ?? {})
  const split = names.find((name) => name === params.get("split")) ?? names[0]
  const find = params.get("find") ?? ""
  const row = params.get("row")
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
        <SearchInput
          ref={input}
          value={find}
          onSearch={onSearch}
          label="Search in the samples"
          shortcut="/"
          className="w-full sm:w-72"
        />
        <JumpToRow rows={rows} disabled={find !== ""} active={active} onJump={onActivate} />
        <span className="ml-auto text-[13px] text-faint tnum">{plural(rows, "row")}</span>
      </div>
      <SampleTable
        datasetId={dataset.id}
        split={split}
        q={find}
        expected={rows}
        active={active}
        onActivate={onActivate}
      />
    </div>
  )
}

interface JumpToRowProps {
  rows: number
  disabled: boolean
  active: number | null
  onJump: (row: number) => void
}

function JumpToRow({ rows, disabled, active, onJump }: JumpToRowProps) {
  const [typed, setTyped] = useState("")
  useEffect(() => {
    if (active === null) setTyped("")
  }, [active])
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (/^\d+$/.test(typed)) onJump(Math.min(rows - 1, Number(typed)))
      }}
    >
      <TextInput
        aria-label="Go to row"
        placeholder="Go to row"
        inputMode="numeric"
        disabled={disabled}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="w-28! tnum"
      />
    </form>
  )
}
