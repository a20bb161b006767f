import type { TokenizationView, TokenStatistics } from "@/api/types"
import { formatBytes, formatExact, formatNumber, formatShare, UNKNOWN } from "@/lib/format"
import { tokenizationLabel } from "@/lib/tokenizationName"

type Read = (statistics: TokenStatistics) => number | null | undefined
type Write = (value: number | null | undefined) => string

const ROWS: readonly [string, Read, Write][] = [
  ["Tokens", (s) => s.num_tokens, formatExact],
  ["Rows", (s) => s.num_samples, formatExact],
  ["Average length", (s) => s.avg_seq_length, formatNumber],
  ["Median length", (s) => s.median_seq_length, formatNumber],
  ["Longest", (s) => s.max_seq_length, formatExact],
  ["Unique tokens", (s) => s.unique_tokens, formatExact],
  ["Vocabulary", (s) => s.tokenizer_vocab_size, formatExact],
  ["Characters a token", (s) => s.characters_per_token, (value) => formatNumber(value, 2)],
  ["Bytes a token", (s) => s.bytes_per_token, (value) => formatNumber(value, 2)],
  ["Tokens lost", (s) => s.tokens_lost, formatExact],
  ["Samples truncated", (s) => s.samples_truncated, formatExact],
  ["Padding", (s) => s.padding_share, (value) => formatShare(value)],
  ["Unknown tokens", (s) => s.unknown_tokens, formatExact],
]

interface CompareTableProps {
  a: TokenizationView
  b: TokenizationView
}

/** The same numbers of two tokenizations beside one another, with the change from A to B. */
export function CompareTable({ a, b }: CompareTableProps) {
  return (
    <div className="overflow-x-auto rounded-card border border-line bg-surface">
      <table className="w-full min-w-[32rem] text-[13px] tnum">
        <thead>
          <tr className="text-muted">
            <td />
            <Head letter="A" tokenization={a} ink="text-accent-text" />
            <Head letter="B" tokenization={b} ink="text-info" />
            <th scope="col" className="px-4 py-3 text-right font-medium">
              Change
            </th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([name, read, write]) => {
            const [first, second] = [a, b].map((one) => (one.statistics ? read(one.statistics.total) : null))
            return (
              <tr key={name} className="border-t border-line">
                <th scope="row" className="px-4 py-2 text-left font-normal text-muted">
                  {name}
                </th>
                <td className="px-4 py-2 text-right">{write(first)}</td>
                <td className="px-4 py-2 text-right">{write(second)}</td>
                <td className="px-4 py-2 text-right text-faint">{change(first, second)}</td>
              </tr>
            )
          })}
          <tr className="border-t border-line">
            <th scope="row" className="px-4 py-2 text-left font-normal text-muted">
              On disk
            </th>
            <td className="px-4 py-2 text-right">{formatBytes(a.size_bytes)}</td>
            <td className="px-4 py-2 text-right">{formatBytes(b.size_bytes)}</td>
            <td className="px-4 py-2 text-right text-faint">{change(a.size_bytes, b.size_bytes)}</td>
          </tr>
        </tbody>
      </table>
    </div>
  )
}

function Head({
  letter,
  tokenization,
  ink,
}: {
  letter: string
  tokenization: TokenizationView
  ink: string
}) {
  return (
    <th scope="col" className="px-4 py-3 text-right font-medium">
      <span className={ink}>{letter}</span>{" "}
      <span className="font-mono text-xs text-fg">{tokenizationLabel(tokenization)}</span>
    </th>
  )
}

/** "+12.4 %"; nothing where there is no whole to compare with. */
export function change(from: number | null | undefined, to: number | null | undefined): string {
  if (from == null || to == null || from === 0) return from === to ? "=" : UNKNOWN
  if (from === to) return "="
  const percent = ((to - from) / from) * 100
  const words = Math.abs(percent) < 0.05 ? "< 0.1" : formatNumber(Math.abs(percent))
  return `${percent > 0 ? "+" : "−"}${words} %`
}
