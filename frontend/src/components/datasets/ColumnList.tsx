import type { DatasetView } from "@/api/types"
import { usePatchDataset } from "@/hooks/useDatasets"
import { ErrorNotice } from "../common/ErrorNotice"
import { Section } from "../common/Facts"

/** The columns with their types; which of them are text by default can be changed here. */
export function ColumnList({ dataset }: { dataset: DatasetView }) {
  const patch = usePatchDataset(dataset.id)
  const schema = dataset.metadata.schema
  if (!schema) return null
  const { all_columns, column_info, text_columns } = schema
  const toggle = (column: string) =>
    patch.mutate({
      text_columns: text_columns.includes(column)
        ? text_columns.filter((one) => one !== column)
        : [...text_columns, column],
    })
  return (
    <Section title="Columns">
      <div className="overflow-x-auto rounded-control border border-line">
        <table className="w-full text-[13px]">
          <thead>
            <tr className="text-left text-faint">
              <th scope="col" className="px-3 py-2 font-medium">
                Column
              </th>
              <th scope="col" className="px-3 py-2 font-medium">
                Type
              </th>
              <th scope="col" className="px-3 py-2 text-right font-medium">
                Text
              </th>
            </tr>
          </thead>
          <tbody>
            {all_columns.map((column) => (
              <tr key={column} className="border-t border-line">
                <td className="px-3 py-1.5 font-medium break-all">{column}</td>
                <td className="px-3 py-1.5 font-mono text-xs text-muted">{column_info[column]}</td>
                <td className="px-3 py-1.5 text-right">
                  <input
                    type="checkbox"
                    className="checkbox align-middle"
                    aria-label={`Use ${column} as text`}
                    checked={text_columns.includes(column)}
                    disabled={patch.isPending || (text_columns.length === 1 && text_columns.includes(column))}
                    onChange={() => toggle(column)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {patch.error && <ErrorNotice error={patch.error} className="mt-3" />}
    </Section>
  )
}
