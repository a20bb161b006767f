import type { TokenStatistics } from "@/api/types"
import { formatCount, formatExact, formatNumber, formatShare } from "@/lib/format"
import { StatCard } from "../../common/StatCard"

export function StatCards({ statistics }: { statistics: TokenStatistics }) {
  const { num_tokens, num_samples, num_source_samples, avg_seq_length, unique_tokens } = statistics
  const { median_seq_length, min_seq_length, max_seq_length, tokenizer_vocab_size } = statistics
  return (
    <div className="grid grid-cols-2 gap-3 xl:grid-cols-4">
      <StatCard
        colour="emerald"
        label="Tokens"
        value={<span title={formatExact(num_tokens)}>{formatCount(num_tokens)}</span>}
        note={`${formatExact(num_tokens)}, padding not counted`}
      />
      <StatCard
        colour="blue"
        label="Samples"
        value={<span title={formatExact(num_samples)}>{formatCount(num_samples)}</span>}
        note={
          num_source_samples === num_samples
            ? `${formatExact(num_samples)}, one row each`
            : `from ${formatExact(num_source_samples)} source samples`
        }
      />
      <StatCard
        colour="yellow"
        label="Average length"
        value={formatNumber(avg_seq_length)}
        note={`median ${formatNumber(median_seq_length)}, ${formatExact(min_seq_length)} to ${formatExact(max_seq_length)} tokens`}
      />
      <StatCard
        colour="purple"
        label="Unique tokens"
        value={<span title={formatExact(unique_tokens)}>{formatCount(unique_tokens)}</span>}
        note={`${formatShare(tokenizer_vocab_size ? unique_tokens / tokenizer_vocab_size : null)} of the vocabulary of ${formatExact(tokenizer_vocab_size)}`}
      />
    </div>
  )
}
