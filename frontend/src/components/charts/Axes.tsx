import type { Plot } from "./ChartArea"

interface Tick {
  at: number
  label: string
}

interface AxesProps {
  plot: Plot
  xTitle: string
  yTitle: string
  xTicks: readonly Tick[]
  yTicks: readonly Tick[]
}

/** Axis titles, ticks and quiet horizontal lines. */
export function Axes({ plot, xTitle, yTitle, xTicks, yTicks }: AxesProps) {
  const { left, right, top, bottom, height } = plot
  return (
    <g className="fill-faint text-[11px] tnum">
      {yTicks.map((tick) => (
        <g key={tick.label}>
          <line x1={left} x2={right} y1={tick.at} y2={tick.at} className="stroke-line" />
          <text x={left - 8} y={tick.at} dy="0.32em" textAnchor="end">
            {tick.label}
          </text>
        </g>
      ))}
      {xTicks.map((tick) => (
        <text key={`${tick.at} ${tick.label}`} x={tick.at} y={bottom + 16} textAnchor="middle">
          {tick.label}
        </text>
      ))}
      <line x1={left} x2={right} y1={bottom} y2={bottom} className="stroke-line-strong" />
      <text x={(left + right) / 2} y={height - 6} textAnchor="middle" className="fill-muted">
        {xTitle}
      </text>
      <text
        x={0}
        y={0}
        transform={`translate(10 ${(top + bottom) / 2}) rotate(-90)`}
        textAnchor="middle"
        className="fill-muted"
      >
        {yTitle}
      </text>
    </g>
  )
}
