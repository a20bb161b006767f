import type { TokenStatistics } from "@/api/types"
import { formatCount, formatExact, formatShare } from "@/lib/format"
import { ChartFrame } from "../../charts/ChartFrame"
import { LineChart } from "../../charts/LineChart"
import { TokenText } from "../../common/TokenText"

/** Rank against count on two logarithmic axes, and the tokens at the top. */
export function TokenFrequencies({ statistics }: { statistics: TokenStatistics }) {
  const curve = statistics.frequency_curve.flatMap(([rank, count]) =>
    rank !== undefined && count !== undefined && count > 0 ? [[rank, count] as const] : [],
  )
  const { top_tokens, num_tokens, unused_tokens, tokenizer_vocab_size } = statistics
  return (
    <ChartFrame
      title="Token frequencies"
      note={`${formatExact(unused_tokens)} of ${formatExact(tokenizer_vocab_size)} tokens are never used`}
      table={{
        header: ["token", "id", "count", "share"],
        rows: top_tokens.map((top) => [JSON.stringify(top.token), top.id, top.count, top.count / num_tokens]),
      }}
    >
      <div className="grid gap-6 lg:grid-cols-[1fr_18rem]">
        {curve.length > 1 && (
          <LineChart
            label="Token frequency by rank"
            xTitle="rank"
            yTitle="count"
            xScale="log"
            yScale="log"
            formatX={formatCount}
            formatY={formatCount}
            height={280}
            describe={(index) => {
              const point = curve[index]
              return point ? `rank ${formatExact(point[0])}: ${formatExact(point[1])} times` : ""
            }}
            series={[{ name: "tokens", ink: "accent", points: curve }]}
          />
        )}
        <section
          className="max-h-75 overflow-auto rounded-control border border-line"
          aria-label="Most frequent tokens"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
          tabIndex={0}
        >
          <ol className="text-[13px]">
            {top_tokens.map((top, index) => (
              <li
                key={top.id}
                className="grid grid-cols-[2rem_1fr_auto_4rem] items-center gap-2 border-b border-line px-2 py-1 last:border-0"
              >
                <span className="text-right text-xs text-faint tnum">{index + 1}</span>
                <TokenText text={top.token} title={`id ${top.id}`} />
                <span className="tnum" title={formatExact(top.count)}>
                  {formatCount(top.count)}
                </span>
                <span className="text-right text-xs text-faint tnum">
                  {formatShare(top.count / num_tokens)}
                </span>
              </li>
            ))}
          </ol>
        </section>
      </div>
    </ChartFrame>
  )
}
