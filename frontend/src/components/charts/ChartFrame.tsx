import { type ReactNode, useState } from "react"
import { toCsv } from "@/lib/clipboard"
import { CopyButton } from "../common/CopyButton"
import { Segmented } from "../common/Segmented"

export interface ChartTable {
  header: readonly string[]
  rows: readonly (readonly (string | number | null)[])[]
}

interface ChartFrameProps {
  title: string
  note?: ReactNode
  /** The same numbers as the picture, exact. */
  table: ChartTable
  controls?: ReactNode
  children: ReactNode
}

/** A chart with its twin: the numbers as a table, as CSV, as JSON. */
export function ChartFrame({ title, note, table, controls, children }: ChartFrameProps) {
  const [view, setView] = useState<"chart" | "table">("chart")
  const asJson = () =>
    JSON.stringify(
      table.rows.map((row) =>
        Object.fromEntries(table.header.map((name, index) => [name, row[index] ?? null])),
      ),
      null,
      2,
    )
  return (
    <figure className="min-w-0 rounded-card border border-line bg-page p-4">
      <figcaption className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-2">
        <span className="text-sm font-semibold">{title}</span>
        {note && <span className="text-xs text-faint">{note}</span>}
        <span className="ml-auto flex flex-wrap items-center gap-1">
          {controls}
          <Segmented
            label={`${title}: view`}
            value={view}
            onChange={setView}
            options={[
              { value: "chart", label: "Chart" },
              { value: "table", label: "Table" },
            ]}
            className="w-32!"
          />
          <CopyButton text={() => toCsv(table.header, table.rows)} label={`Copy ${title} as CSV`}>
            CSV
          </CopyButton>
          <CopyButton text={asJson} label={`Copy ${title} as JSON`}>
            JSON
          </CopyButton>
        </span>
      </figcaption>
      {view === "chart" ? children : <TableTwin title={title} table={table} />}
    </figure>
  )
}

function TableTwin({ title, table }: { title: string; table: ChartTable }) {
  return (
    <section
      className="max-h-72 overflow-auto"
      aria-label={`${title} as a table`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
      tabIndex={0}
    >
      <table className="w-full text-[13px] tnum">
        <thead className="sticky top-0 bg-page">
          <tr>
            {table.header.map((name, index) => (
              <th
                key={name}
                scope="col"
                className={`py-1.5 pr-4 font-medium text-muted ${index ? "text-right" : "text-left"}`}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.join("|")} className="border-t border-line">
              {row.map((cell, index) => (
                <td key={table.header[index]} className={`py-1 pr-4 ${index ? "text-right" : "text-left"}`}>
                  {typeof cell === "number"
                    ? cell.toLocaleString("en-US", { maximumFractionDigits: 6 })
                    : cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
