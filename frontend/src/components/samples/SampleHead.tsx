import type { SamplePage } from "@/api/types"

interface SampleHeadProps {
  features: SamplePage["features"]
  grid: { gridTemplateColumns: string }
}

/** The names of the columns and their types; it stays in sight. */
export function SampleHead({ features, grid }: SampleHeadProps) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 bg-surface">
      <div
        role="row"
        aria-rowindex={1}
        className="grid h-12 items-center border-b border-line-strong"
        style={grid}
      >
        <span role="columnheader" className="pr-3 text-right text-xs text-faint">
          row
        </span>
        {features.map((feature) => (
          <span role="columnheader" key={feature.name} className="min-w-0 px-3">
            <span className="block truncate font-medium" title={feature.name}>
              {feature.name}
            </span>
            <span className="block truncate font-mono text-xs text-faint">{typeWords(feature.type)}</span>
          </span>
        ))}
      </div>
    </div>
  )
}

/** {"dtype": "string", "_type": "Value"} → "string". */
export function typeWords(type: Readonly<Record<string, unknown>>): string {
  if (typeof type.dtype === "string") return type.dtype
  if (typeof type._type === "string") return type._type.toLowerCase()
  return Object.keys(type).length ? "struct" : "unknown"
}
