import { type ReactNode, useState } from "react"
import { useWidth } from "./useSize"

export interface Plot {
  width: number
  height: number
  left: number
  right: number
  top: number
  bottom: number
}

interface ChartAreaProps {
  label: string
  count: number
  /** The exact value at a place, for the readout and for screen readers. */
  describe: (index: number) => string
  /** Which place lies under a point, in pixels from the left. */
  indexAt: (x: number, plot: Plot) => number
  height?: number
  leftGutter?: number
  children: (plot: Plot, active: number | null) => ReactNode
}

const STEPS: Record<string, (at: number, last: number) => number> = {
  ArrowRight: (at, last) => Math.min(last, at + 1),
  ArrowUp: (at, last) => Math.min(last, at + 1),
  ArrowLeft: (at) => Math.max(0, at - 1),
  ArrowDown: (at) => Math.max(0, at - 1),
  PageUp: (at, last) => Math.min(last, at + 10),
  PageDown: (at) => Math.max(0, at - 10),
  Home: () => 0,
  End: (_, last) => last,
}

/**
 * The plane a chart is drawn on. Pointer and arrow keys move over its values; the one reached is written out
 * exactly above it, and spoken, as the value of a slider is.
 */
export function ChartArea(props: ChartAreaProps) {
  const { label, count, describe, indexAt, height = 240, leftGutter = 56, children } = props
  const { ref, width } = useWidth<HTMLDivElement>()
  const [at, setAt] = useState<number | null>(null)
  const last = count - 1
  const active = at === null ? null : Math.min(at, last)
  const plot = {
    width,
    height,
    left: leftGutter,
    right: Math.max(leftGutter, width - 12),
    top: 12,
    bottom: height - 44,
  }
  return (
    <div>
      <p className="h-5 truncate text-right text-xs text-muted tnum" aria-hidden>
        {active !== null && describe(active)}
      </p>
      <div
        ref={ref}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={active ?? 0}
        aria-valuetext={active === null ? `${count} values; use the arrow keys` : describe(active)}
        className="rounded-control"
        onKeyDown={(event) => {
          const step = STEPS[event.key]
          if (!step || count === 0) return
          event.preventDefault()
          setAt(at === null ? 0 : step(at, last))
        }}
        onPointerMove={(event) => {
          const x = event.clientX - event.currentTarget.getBoundingClientRect().left
          setAt(Math.min(last, Math.max(0, indexAt(x, plot))))
        }}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
      >
        {width > 0 && (
          <svg width={width} height={height} aria-hidden className="block overflow-visible">
            {children(plot, active)}
          </svg>
        )}
      </div>
    </div>
  )
}
