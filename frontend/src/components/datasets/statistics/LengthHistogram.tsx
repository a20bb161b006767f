import { useState } from "react"
import type { TokenStatistics } from "@/api/types"
import { formatExact, formatShare } from "@/lib/format"
import { BarChart } from "../../charts/BarChart"
import { ChartFrame } from "../../charts/ChartFrame"
import { Segmented } from "../../common/Segmented"

/** The order of the fixed bins; a JSON object promises none. */
const BINS = ["0-50", "50-100", "100-200", "200-500", "500-1000", "1000-2000", "2000-5000", "5000+"]

interface Bin {
  label: string
  words: string
  count: number
}

/** "50-100" holds 50 to 99: the bins are half-open. */
function binWords(bin: string): string {
  const [from, to] = bin.split("-")
  return to === undefined
    ? `${Number.parseInt(bin, 10)} or more tokens`
    : `${from} to ${Number(to) - 1} tokens`
}

function fixedBins(statistics: TokenStatistics): Bin[] {
  const { length_distribution } = statistics
  const known = BINS.filter((bin) => bin in length_distribution)
  return known.map((bin) => ({
    label: bin.replace("-", "–"),
    words: binWords(bin),
    count: length_distribution[bin] ?? 0,
  }))
}

function fineBins({ fine_histogram: { edges, counts } }: TokenStatistics): Bin[] {
  return counts.map((count, index) => {
    const from = edges[index] ?? 0
    const to = (edges[index + 1] ?? from + 1) - 1
    const words =
      from === to ? `${formatExact(from)} tokens` : `${formatExact(from)} to ${formatExact(to)} tokens`
    return { label: formatExact(from), words, count }
  })
}

export function LengthHistogram({ statistics }: { statistics: TokenStatistics }) {
  const [kind, setKind] = useState<"bins" | "fine">("bins")
  const bins = kind === "bins" ? fixedBins(statistics) : fineBins(statistics)
  const all = bins.reduce((sum, bin) => sum + bin.count, 0)
  return (
    <ChartFrame
      title="Sequence lengths"
      note="tokens of each sequence, without padding"
      table={{
        header: ["length", "sequences", "share"],
        rows: bins.map((bin) => [bin.words, bin.count, all ? bin.count / all : 0]),
      }}
      controls={
        <Segmented
          label="Bins"
          value={kind}
          onChange={setKind}
          options={[
            { value: "bins", label: "Bins" },
            { value: "fine", label: "Fine" },
          ]}
          className="w-28!"
        />
      }
    >
      <BarChart
        label="Histogram of sequence lengths"
        xTitle="tokens in the sequence"
        yTitle="sequences"
        bars={bins.map((bin) => ({
          label: bin.label,
          value: bin.count,
          reading: `${bin.words}: ${formatExact(bin.count)} sequences (${formatShare(all ? bin.count / all : 0)})`,
        }))}
      />
    </ChartFrame>
  )
}
