import type { TokenizationView } from "@/api/types"
import { formatCount, formatExact, formatShare } from "@/lib/format"
import { ChartFrame } from "../charts/ChartFrame"
import { LineChart } from "../charts/LineChart"

interface CompareChartsProps {
  a: TokenizationView
  b: TokenizationView
}

type Point = readonly [number, number]

/** Where the lengths of the two lie, and what a maximum length keeps of each. */
export function CompareCharts({ a, b }: CompareChartsProps) {
  const lengths = [lengthShares(a), lengthShares(b)] as const
  const kept = [keptShares(a), keptShares(b)] as const
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <Pair
        title="Sequence lengths"
        xTitle="tokens in the sequence"
        yTitle="share up to this length"
        pair={lengths}
      />
      <Pair
        title="What a maximum length keeps"
        xTitle="maximum length, tokens"
        yTitle="tokens kept"
        pair={kept}
      />
    </div>
  )
}

/** The share of sequences no longer than each edge. */
function lengthShares({ statistics }: TokenizationView): Point[] {
  if (!statistics) return []
  const { edges, counts } = statistics.total.fine_histogram
  const all = counts.reduce((sum, count) => sum + count, 0)
  let sum = 0
  return counts.map((count, index) => {
    sum += count
    return [Math.max(1, (edges[index + 1] ?? 1) - 1), all ? sum / all : 0]
  })
}

function keptShares({ statistics }: TokenizationView): Point[] {
  return (statistics?.total.truncation_curve ?? []).map((point) => [point.max_length, point.tokens_kept])
}

interface PairProps {
  title: string
  xTitle: string
  yTitle: string
  pair: readonly [readonly Point[], readonly Point[]]
}

function Pair({ title, xTitle, yTitle, pair: [a, b] }: PairProps) {
  const xs = [...new Set([...a, ...b].map(([x]) => x))].sort((first, second) => first - second)
  if (xs.length < 2) return null
  const at = (points: readonly Point[], x: number) => points.find(([px]) => px === x)?.[1] ?? null
  return (
    <ChartFrame
      title={title}
      table={{ header: ["tokens", "A", "B"], rows: xs.map((x) => [x, at(a, x), at(b, x)]) }}
    >
      <LineChart
        label={title}
        xTitle={xTitle}
        yTitle={yTitle}
        xScale="log"
        yMax={1}
        formatX={formatCount}
        formatY={(share) => formatShare(share, 0)}
        describe={(index) => {
          const x = xs[index] ?? 0
          return `${formatExact(x)} tokens: A ${formatShare(at(a, x))}, B ${formatShare(at(b, x))}`
        }}
        series={[
          { name: "A", ink: "accent", points: a },
          { name: "B", ink: "info", points: b },
        ]}
      />
    </ChartFrame>
  )
}
