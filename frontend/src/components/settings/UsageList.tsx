import { Link } from "react-router"
import type { StorageView } from "@/api/types"
import { formatBytes } from "@/lib/format"

const SHOWN = 10

interface Use {
  id: string
  name: string
  raw: number
  tokenized: number
}

/** The datasets that hold most of the disk; deleting one frees both parts. */
export function UsageList({ entries }: { entries: StorageView["entries"] }) {
  const uses = new Map<string, Use>()
  for (const { dataset_id, name, kind, size_bytes } of entries) {
    if (!dataset_id) continue
    const use = uses.get(dataset_id) ?? { id: dataset_id, name: name ?? dataset_id, raw: 0, tokenized: 0 }
    if (kind === "tokenized") use.tokenized += size_bytes
    else use.raw += size_bytes
    uses.set(dataset_id, use)
  }
  const largest = [...uses.values()].sort((a, b) => b.raw + b.tokenized - a.raw - a.tokenized)
  if (!largest.length) return null
  return (
    <table className="mt-5 w-full text-[13px]">
      <caption className="sr-only">Datasets by size</caption>
      <thead>
        <tr className="text-faint">
          <th scope="col" className="py-1.5 text-left font-medium">
            Dataset
          </th>
          <th scope="col" className="py-1.5 text-right font-medium max-sm:hidden">
            Raw
          </th>
          <th scope="col" className="py-1.5 text-right font-medium max-sm:hidden">
            Tokenized
          </th>
          <th scope="col" className="py-1.5 text-right font-medium">
            Freed by deleting it
          </th>
        </tr>
      </thead>
      <tbody className="tnum">
        {largest.slice(0, SHOWN).map((use) => (
          <tr key={use.id} className="border-t border-line">
            <td className="max-w-0 truncate py-1.5 pr-4">
              <Link to={`/datasets/${use.id}`} className="hover:underline">
                {use.name}
              </Link>
            </td>
            <td className="w-28 py-1.5 text-right text-muted max-sm:hidden">{formatBytes(use.raw)}</td>
            <td className="w-28 py-1.5 text-right text-muted max-sm:hidden">{formatBytes(use.tokenized)}</td>
            <td className="w-40 py-1.5 text-right">{formatBytes(use.raw + use.tokenized)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
