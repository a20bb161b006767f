import type { ReactNode } from "react"
import { cn } from "@/lib/cn"

const edges = {
  emerald: "border-l-accent",
  blue: "border-l-blue",
  yellow: "border-l-yellow",
  purple: "border-l-purple",
}
const inks = { emerald: "text-accent-text", blue: "text-blue", yellow: "text-yellow", purple: "text-purple" }

interface StatCardProps {
  label: string
  value: ReactNode
  note?: ReactNode
  colour: keyof typeof edges
}

/** One number that matters: a thin coloured edge and the figure, no painted box. */
export function StatCard({ label, value, note, colour }: StatCardProps) {
  return (
    <div
      className={cn(
        "rounded-control border border-l-2 border-line bg-page min-w-0 px-3 py-2.5 sm:px-4 sm:py-3",
        edges[colour],
      )}
    >
      <div className="text-xs text-muted">{label}</div>
      <div className={cn("mt-1 text-2xl font-semibold tracking-tight tnum", inks[colour])}>{value}</div>
      <div className="mt-0.5 min-h-4 text-xs sm:truncate text-faint tnum">{note}</div>
    </div>
  )
}
