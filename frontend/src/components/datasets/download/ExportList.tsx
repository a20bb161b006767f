import { ChevronDown } from "lucide-react"
import type { ExportFormat, TokenizationView } from "@/api/types"
import { useExport, useExports } from "@/hooks/useExports"
import { tokenizationLabel } from "@/lib/tokenizationName"
import { buttonClass } from "../../common/Button"
import { ErrorNotice } from "../../common/ErrorNotice"
import { Menu } from "../../common/Menu"
import { ExportLine } from "./ExportLine"

const FORMATS: readonly [ExportFormat, string, boolean][] = [
  ["parquet", "Parquet", false],
  ["jsonl", "JSON lines", false],
  ["saelens", "SAELens, TransformerLens", true],
  ["bin", "Flat binary (.bin)", false],
]

/** Files of a result for other tools: made when asked for, kept until deleted. */
export function ExportList({ tokenization }: { tokenization: TokenizationView }) {
  const query = useExports(tokenization.id)
  const make = useExport(tokenization.id)
  const packed = tokenization.context_size !== null
  const items = query.data?.items ?? []
  return (
    <div className="mt-3 flex flex-col gap-2">
      <div className="flex items-center gap-3">
        <Menu
          label={`Export ${tokenizationLabel(tokenization)} as`}
          triggerClass={buttonClass("secondary", "sm")}
          disabled={make.isPending}
          trigger={
            <>
              Export as
              <ChevronDown className="size-3.5 text-faint" aria-hidden />
            </>
          }
          items={FORMATS.filter(([, , packedOnly]) => packed || !packedOnly).map(([format, label]) => ({
            label,
            onSelect: () => make.mutate(format),
          }))}
        />
        {!packed && <span className="text-xs text-faint">SAELens takes packed results only.</span>}
      </div>
      {make.error && <ErrorNotice error={make.error} />}
      {query.error && <ErrorNotice error={query.error} onRetry={() => query.refetch()} />}
      {items.length > 0 && (
        <ul aria-label="Exports" className="divide-y divide-line rounded-control border border-line">
          {items.map((item) => (
            <ExportLine key={item.id} item={item} />
          ))}
        </ul>
      )}
    </div>
  )
}
