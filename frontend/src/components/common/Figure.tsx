import { formatBytes, formatCount, formatExact } from "@/lib/format"

interface FigureProps {
  value: number | null | undefined
  unit?: string
  bytes?: boolean
}

/** A number for reading ("2.12 M"), with the exact one on hover. */
export function Figure({ value, unit, bytes = false }: FigureProps) {
  const known = value !== null && value !== undefined
  const exact = known ? `${formatExact(value)}${bytes ? " bytes" : unit ? ` ${unit}` : ""}` : undefined
  return (
    <span className="tnum" title={exact}>
      {bytes ? formatBytes(value) : formatCount(value)}
      {unit && ` ${unit}`}
    </span>
  )
}
