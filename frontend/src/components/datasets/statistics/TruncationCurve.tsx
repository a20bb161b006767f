import type { TokenStatistics } from "@/api/types"
import { formatCount, formatExact, formatShare } from "@/lib/format"
import { ChartFrame } from "../../charts/ChartFrame"
import { LineChart } from "../../charts/LineChart"

interface TruncationCurveProps {
  curve: TokenStatistics["truncation_curve"]
  /** The chosen maximum length. */
  maxLength?: number | null
  height?: number
}

/** What each maximum length would keep, from the lengths before truncation. */
export function TruncationCurve({ curve, maxLength, height }: TruncationCurveProps) {
  if (curve.length < 2) return null
  return (
    <ChartFrame
      title="What a maximum length keeps"
      table={{
        header: ["max_length", "tokens kept", "samples kept whole"],
        rows: curve.map((point) => [point.max_length, point.tokens_kept, point.samples_kept_whole]),
      }}
    >
      <LineChart
        label="Tokens and samples kept by maximum length"
        xTitle="maximum length, tokens"
        yTitle="kept"
        xScale="log"
        yMax={1}
        height={height}
        formatX={formatCount}
        formatY={(share) => formatShare(share, 0)}
        marker={maxLength ? { x: maxLength, label: formatExact(maxLength) } : undefined}
        describe={(index) => {
          const point = curve[index]
          if (!point) return ""
          return `${formatExact(point.max_length)}: keeps ${formatShare(point.tokens_kept)} of the tokens, ${formatShare(point.samples_kept_whole)} of the samples whole`
        }}
        series={[
          {
            name: "tokens kept",
            ink: "accent",
            points: curve.map((p) => [p.max_length, p.tokens_kept] as const),
          },
          {
            name: "samples kept whole",
            ink: "info",
            points: curve.map((p) => [p.max_length, p.samples_kept_whole] as const),
          },
        ]}
      />
    </ChartFrame>
  )
}
