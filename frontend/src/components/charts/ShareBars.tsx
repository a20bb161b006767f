import { formatExact, formatShare } from "@/lib/format"

interface ShareBarsProps {
  parts: readonly { name: string; value: number }[]
  unit: string
}

/** How a whole is divided: one line a part, with its share and its exact number. */
export function ShareBars({ parts, unit }: ShareBarsProps) {
  const whole = parts.reduce((sum, part) => sum + part.value, 0)
  return (
    <ul className="flex flex-col gap-3">
      {parts.map((part) => {
        const share = whole ? part.value / whole : 0
        return (
          <li key={part.name}>
            <div className="flex items-baseline justify-between gap-4 text-[13px]">
              <span className="truncate font-medium">{part.name}</span>
              <span className="text-muted tnum">
                {formatExact(part.value)} {unit} <span className="ml-2 text-fg">{formatShare(share)}</span>
              </span>
            </div>
            <div className="mt-1.5 h-2 overflow-hidden rounded-full bg-raised" aria-hidden>
              <div className="h-full min-w-px rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
            </div>
          </li>
        )
      })}
    </ul>
  )
}
