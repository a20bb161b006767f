import { ChevronLeft, ChevronRight, X } from "lucide-react"
import type { SamplePage, SampleRow } from "@/api/types"
import { formatExact } from "@/lib/format"
import { IconButton } from "../common/Button"
import { CellInspector } from "./CellInspector"

interface RowInspectorProps {
  datasetId: string
  split: string
  row: SampleRow
  features: SamplePage["features"]
  highlight: string
  onStep: (step: number) => void
  onClose: () => void
}

/** A row in full, one column below the other. */
export function RowInspector({
  datasetId,
  split,
  row,
  features,
  highlight,
  onStep,
  onClose,
}: RowInspectorProps) {
  return (
    <aside
      aria-label={`Row ${formatExact(row.row_idx)}`}
      className="flex min-h-0 flex-col border-line bg-page max-lg:absolute max-lg:inset-0 max-lg:z-20 lg:w-[28rem] lg:shrink-0 lg:border-l"
    >
      <div className="flex h-11 shrink-0 items-center gap-1 border-b border-line pr-2 pl-4">
        <h3 className="mr-auto text-[13px] font-semibold tnum">Row {formatExact(row.row_idx)}</h3>
        <IconButton label="Previous row" onClick={() => onStep(-1)}>
          <ChevronLeft aria-hidden />
        </IconButton>
        <IconButton label="Next row" onClick={() => onStep(1)}>
          <ChevronRight aria-hidden />
        </IconButton>
        <IconButton label="Close the row" onClick={onClose}>
          <X aria-hidden />
        </IconButton>
      </div>
      <div className="flex flex-col gap-4 overflow-auto p-4">
        {features.map((feature) => (
          <CellInspector
            key={`${row.row_idx} ${feature.name}`}
            datasetId={datasetId}
            split={split}
            row={row.row_idx}
            column={feature.name}
            value={row.row[feature.name]}
            truncated={row.truncated_cells.includes(feature.name)}
            highlight={highlight}
          />
        ))}
      </div>
    </aside>
  )
}
