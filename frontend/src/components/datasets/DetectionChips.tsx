import { ChevronDown, LoaderCircle } from "lucide-react"
import type { FileFormat, FilePreview } from "@/api/types"
import type { ReadOptions } from "@/api/uploads"
import { cn } from "@/lib/cn"

const FORMATS: readonly [FileFormat, string][] = [
  ["csv", "CSV"],
  ["tsv", "TSV"],
  ["json", "JSON"],
  ["jsonl", "JSON lines"],
  ["parquet", "Parquet"],
  ["text", "Plain text"],
]
const DELIMITERS: readonly [string, string][] = [
  [",", "comma"],
  [";", "semicolon"],
  ["\t", "tab"],
  ["|", "pipe"],
  [" ", "space"],
]
const ENCODINGS = [
  "utf-8",
  "utf-16",
  "windows-1252",
  "iso-8859-1",
  "windows-1251",
  "shift_jis",
  "gb18030",
  "big5",
  "euc-kr",
]

interface DetectionChipsProps {
  preview: FilePreview
  options: ReadOptions
  onChange: (options: ReadOptions) => void
  busy: boolean
}

/** What was detected, each as a chip that can be changed; the rows below are read again at once. */
export function DetectionChips({ preview, options, onChange, busy }: DetectionChipsProps) {
  const { format, delimiter, encoding, header, compression } = preview
  const table = format === "csv" || format === "tsv"
  const set = (part: ReadOptions) => onChange({ ...options, ...part })
  return (
    <fieldset className="flex flex-wrap items-center gap-2">
      <legend className="sr-only">How the file is read</legend>
      <Chip
        label="Format"
        value={format}
        changed={options.format != null}
        options={FORMATS}
        onChange={(value) => onChange({ format: value as FileFormat })}
      />
      {table && (
        <Chip
          label="Delimiter"
          value={delimiter ?? ","}
          changed={options.delimiter != null}
          options={withValue(DELIMITERS, delimiter)}
          onChange={(value) => set({ delimiter: value })}
        />
      )}
      {encoding !== null && (
        <Chip
          label="Encoding"
          value={encoding}
          changed={options.encoding != null}
          options={withValue(
            ENCODINGS.map((name) => [name, name.toUpperCase()] as const),
            encoding,
          )}
          onChange={(value) => set({ encoding: value })}
        />
      )}
      {table && (
        <Chip
          label="First row"
          value={header ? "header" : "data"}
          changed={options.header != null}
          options={[
            ["header", "column names"],
            ["data", "data"],
          ]}
          onChange={(value) => set({ header: value === "header" })}
        />
      )}
      {compression && <span className="text-xs text-faint">{compression} compressed</span>}
      {busy && <LoaderCircle className="size-4 animate-spin text-faint" aria-label="Reading again" />}
    </fieldset>
  )
}

function withValue(options: readonly (readonly [string, string])[], value: string | null) {
  return value === null || options.some(([known]) => known === value)
    ? options
    : [[value, value] as const, ...options]
}

interface ChipProps {
  label: string
  value: string
  changed: boolean
  options: readonly (readonly [string, string])[]
  onChange: (value: string) => void
}

function Chip({ label, value, changed, options, onChange }: ChipProps) {
  return (
    <label
      className={cn(
        "relative inline-flex h-8 items-center rounded-control border bg-page pl-2.5 text-[13px]",
        changed ? "border-accent" : "border-line-strong",
      )}
    >
      <span className="text-faint">{label}</span>
      <select
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-full cursor-pointer appearance-none rounded-control bg-transparent pr-7 pl-1.5 font-medium [&>option]:bg-surface"
      >
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
      <ChevronDown className="pointer-events-none absolute right-2 size-3.5 text-faint" aria-hidden />
    </label>
  )
}
