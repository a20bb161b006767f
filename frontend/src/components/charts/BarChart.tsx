import { scaleLinear } from "d3-scale"
import { formatCount } from "@/lib/format"
import { Axes } from "./Axes"
import { ChartArea, type Plot } from "./ChartArea"

export interface Bar {
  /** Below the bar; "" for none. */
  label: string
  value: number
  /** The exact reading: "100 to 199 tokens: 1,234 sequences (12.3 %)". */
  reading: string
}

interface BarChartProps {
  label: string
  bars: readonly Bar[]
  xTitle: string
  yTitle: string
  height?: number
}

const slot = (plot: Plot, count: number) => (plot.right - plot.left) / Math.max(1, count)

export function BarChart({ label, bars, xTitle, yTitle, height }: BarChartProps) {
  const most = Math.max(1, ...bars.map((bar) => bar.value))
  return (
    <ChartArea
      label={label}
      count={bars.length}
      height={height}
      describe={(index) => bars[index]?.reading ?? ""}
      indexAt={(x, plot) => Math.floor((x - plot.left) / slot(plot, bars.length))}
    >
      {(plot, active) => {
        const y = scaleLinear([0, most], [plot.bottom, plot.top]).nice(5)
        const wide = slot(plot, bars.length)
        const gap = wide > 12 ? Math.min(8, wide * 0.18) : wide > 3 ? 1 : 0
        const place = (index: number) => plot.left + index * wide
        return (
          <>
            <Axes
              plot={plot}
              xTitle={xTitle}
              yTitle={yTitle}
              yTicks={y.ticks(5).map((tick) => ({ at: y(tick), label: formatCount(tick) }))}
              xTicks={labelled(bars, wide).map((index) => ({
                at: place(index) + wide / 2,
                label: bars[index]?.label ?? "",
              }))}
            />
            {bars.map((bar, index) => {
              const top = y(bar.value)
              // A bar that is there is seen: at least one pixel.
              const tall = bar.value > 0 ? Math.max(1, plot.bottom - top) : 0
              return (
                <rect
                  key={bar.reading}
                  x={place(index) + gap / 2}
                  y={plot.bottom - tall}
                  width={Math.max(0.5, wide - gap)}
                  height={tall}
                  rx={wide > 12 ? 2 : 0}
                  className={index === active ? "fill-accent-hover" : "fill-accent/80"}
                />
              )
            })}
          </>
        )
      }}
    </ChartArea>
  )
}

/** Which bars get a label, so that none runs into the next: about 7 px a character. */
function labelled(bars: readonly Bar[], wide: number): number[] {
  const longest = Math.max(0, ...bars.map((bar) => bar.label.length))
  const every = Math.max(1, Math.ceil((longest * 7 + 10) / Math.max(wide, 0.1)))
  return bars.map((_, index) => index).filter((index) => index % every === 0 && bars[index]?.label)
}
