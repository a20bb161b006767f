import { ChartFrame } from "../../charts/ChartFrame"
import { ShareBars } from "../../charts/ShareBars"

/** Samples of each split, and their shares. */
export function SplitDistribution({ splits }: { splits: Readonly<Record<string, number>> }) {
  const parts = Object.entries(splits).map(([name, value]) => ({ name, value }))
  const whole = parts.reduce((sum, part) => sum + part.value, 0)
  return (
    <ChartFrame
      title="Splits"
      table={{
        header: ["split", "samples", "share"],
        rows: parts.map((part) => [part.name, part.value, whole ? part.value / whole : 0]),
      }}
    >
      <ShareBars parts={parts} unit="samples" />
    </ChartFrame>
  )
}
