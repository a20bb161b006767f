import type { TokenStatistics } from "@/api/types"
import { formatExact, formatNumber, formatShare } from "@/lib/format"
import { Fact, Facts, Section } from "../../common/Facts"

/** What padding, truncation and the text itself did to the count. */
export function Details({ statistics: s }: { statistics: TokenStatistics }) {
  const order = Object.entries(s.percentiles).sort(([a], [b]) => Number(a) - Number(b))
  return (
    <div className="grid gap-8 rounded-card border border-line bg-page p-4 md:grid-cols-2">
      <Section title="Cost of the shape">
        <Facts>
          <Fact name="Padding">
            {formatShare(s.padding_share)} of all cells, {formatExact(s.padding_tokens)} tokens
          </Fact>
          <Fact name="Lost">
            {formatExact(s.tokens_lost)} tokens, from {formatExact(s.samples_truncated)} samples
          </Fact>
          <Fact name="Special tokens">{formatExact(s.special_tokens)}</Fact>
          <Fact name="Unknown tokens">{formatExact(s.unknown_tokens)}</Fact>
          <Fact name="Empty samples">{formatExact(s.empty_samples)}</Fact>
          {s.documents_per_row != null && (
            <Fact name="Documents a row">{formatNumber(s.documents_per_row, 2)}</Fact>
          )}
          <Fact name="Characters a token">{formatNumber(s.characters_per_token, 2)}</Fact>
          <Fact name="Bytes a token">{formatNumber(s.bytes_per_token, 2)}</Fact>
        </Facts>
      </Section>
      <Section title="Percentiles of the length">
        <Facts>
          {order.map(([percent, length]) => (
            <Fact key={percent} name={`${percent} %`}>
              {formatNumber(length)} tokens
            </Fact>
          ))}
        </Facts>
      </Section>
    </div>
  )
}
