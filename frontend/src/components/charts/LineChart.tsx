import { scaleLinear, scaleLog } from "d3-scale"
import { Axes } from "./Axes"
import { ChartArea, type Plot } from "./ChartArea"
import { ticksOf } from "./ticks"

export interface Series {
  name: string
  /** A colour word of the palette. */
  ink: "accent" | "info" | "warn" | "purple"
  points: readonly (readonly [x: number, y: number])[]
}

interface LineChartProps {
  label: string
  series: readonly Series[]
  xTitle: string
  yTitle: string
  xScale?: "linear" | "log"
  yScale?: "linear" | "log"
  yMax?: number
  formatX: (x: number) => string
  formatY: (y: number) => string
  describe: (index: number) => string
  /** A vertical line, e.g. the chosen maximum length. */
  marker?: { x: number; label: string }
  height?: number
}

const strokes = { accent: "stroke-accent", info: "stroke-info", warn: "stroke-warn", purple: "stroke-purple" }
const fills = { accent: "fill-accent", info: "fill-info", warn: "fill-warn", purple: "fill-purple" }
const dots = { accent: "bg-accent", info: "bg-info", warn: "bg-warn", purple: "bg-purple" }

export function LineChart(props: LineChartProps) {
  const { label, series, xTitle, yTitle, formatX, formatY, describe, marker, height } = props
  const xs = [...new Set(series.flatMap((one) => one.points.map(([x]) => x)))].sort((a, b) => a - b)
  const ys = series.flatMap((one) => one.points.map(([, y]) => y))
  const xDomain = [xs[0] ?? 0, Math.max(xs.at(-1) ?? 1, (xs[0] ?? 0) + 1)]
  const yTop = props.yMax ?? Math.max(1, ...ys)

  const scales = (plot: Plot) => ({
    x: (props.xScale === "log" ? scaleLog() : scaleLinear()).domain(xDomain).range([plot.left, plot.right]),
    y: (props.yScale === "log" ? scaleLog().domain([1, yTop * 1.2]) : scaleLinear().domain([0, yTop])).range([
      plot.bottom,
      plot.top,
    ]),
  })
  const nearest = (at: number, plot: Plot) => {
    const { x } = scales(plot)
    let best = 0
    xs.forEach((value, index) => {
      if (Math.abs(x(value) - at) < Math.abs(x(xs[best] ?? 0) - at)) best = index
    })
    return best
  }
  return (
    <>
      {series.length > 1 && (
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
          {series.map((one) => (
            <li key={one.name} className="flex items-center gap-1.5">
              <span className={`h-0.5 w-3.5 rounded-full ${dots[one.ink]}`} aria-hidden />
              {one.name}
            </li>
          ))}
        </ul>
      )}
      <ChartArea label={label} count={xs.length} height={height} describe={describe} indexAt={nearest}>
        {(plot, active) => {
          const { x, y } = scales(plot)
          const at = active === null ? undefined : xs[active]
          const markerAt = marker && Math.min(plot.right, Math.max(plot.left, x(marker.x)))
          return (
            <>
              <Axes
                plot={plot}
                xTitle={xTitle}
                yTitle={yTitle}
                xTicks={ticksOf(x, props.xScale ?? "linear", 6, 44).map((tick) => ({
                  at: x(tick),
                  label: formatX(tick),
                }))}
                yTicks={ticksOf(y, props.yScale ?? "linear", 5, 16).map((tick) => ({
                  at: y(tick),
                  label: formatY(tick),
                }))}
              />
              {series.map((one) => (
                <polyline
                  key={one.name}
                  points={one.points.map(([px, py]) => `${x(px)},${y(py)}`).join(" ")}
                  className={`fill-none stroke-2 ${strokes[one.ink]}`}
                  strokeLinejoin="round"
                />
              ))}
              {markerAt !== undefined && (
                <g>
                  <line
                    x1={markerAt}
                    x2={markerAt}
                    y1={plot.top}
                    y2={plot.bottom}
                    className="stroke-fg"
                    strokeDasharray="4 3"
                  />
                  <text
                    x={markerAt + (markerAt > plot.right - 70 ? -6 : 6)}
                    y={plot.top - 4}
                    textAnchor={markerAt > plot.right - 70 ? "end" : "start"}
                    className="fill-fg text-[11px] tnum"
                  >
                    {marker?.label}
                  </text>
                </g>
              )}
              {at !== undefined && (
                <g>
                  <line x1={x(at)} x2={x(at)} y1={plot.top} y2={plot.bottom} className="stroke-line-strong" />
                  {series.map((one) => {
                    const point = one.points.find(([px]) => px === at)
                    return (
                      point && (
                        <circle
                          key={one.name}
                          cx={x(point[0])}
                          cy={y(point[1])}
                          r={4}
                          className={fills[one.ink]}
                        />
                      )
                    )
                  })}
                </g>
              )}
            </>
          )
        }}
      </ChartArea>
    </>
  )
}
