import { LoaderCircle } from "lucide-react"
import type { Estimate, TokenizationConfig } from "@/api/types"
import { useForecast } from "@/hooks/useTokenPreview"
import { cn } from "@/lib/cn"
import { formatBytes, formatCount, formatDuration, formatExact, formatShare } from "@/lib/format"
import { ErrorNotice } from "../../common/ErrorNotice"
import { TruncationCurve } from "../statistics/TruncationCurve"
import { LengthSlider } from "./LengthSlider"

interface ForecastProps {
  datasetId: string
  config: TokenizationConfig | null
  length: number | null
  onLength: (length: number) => void
}

/** What the run would make, estimated from a sample: numbers, and what each maximum length would keep. */
export function Forecast({ datasetId, config, length, onLength }: ForecastProps) {
  const query = useForecast(datasetId, config)
  const run = query.data
  if (query.error) return <ErrorNotice error={query.error} onRetry={() => query.refetch()} />
  if (!run) {
    return query.isFetching ? (
      <p role="status" className="flex items-center gap-2 text-[13px] text-muted">
        <LoaderCircle className="size-4 animate-spin" aria-hidden />
        Estimating from a sample of the rows
      </p>
    ) : null
  }
  return (
    <section
      aria-label="Forecast"
      className={cn(
        "flex flex-col gap-4 transition-opacity duration-150",
        query.isPlaceholderData && "opacity-60",
      )}
    >
      <div>
        <h3 className="text-sm font-semibold">Forecast</h3>
        <p className="mt-0.5 text-xs text-faint tnum">
          From {formatExact(run.sampled_samples)} of {formatExact(run.total_samples)} samples
        </p>
        <dl className="mt-3 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
          <Value name="Tokens" estimate={run.num_tokens} write={formatCount} />
          <Value name="Rows" estimate={run.num_rows} write={formatCount} />
          <Value name="On disk" estimate={run.size_bytes} write={formatBytes} />
          <Value name="Time" estimate={run.duration_s} write={formatDuration} />
          <Value name="Lost" estimate={run.tokens_lost_share} write={formatShare} />
          <Value name="Padding" estimate={run.padding_share} write={formatShare} />
        </dl>
      </div>
      {run.truncation_curve.length > 1 && (
        <div>
          <TruncationCurve curve={run.truncation_curve} maxLength={length} height={220} />
          <LengthSlider curve={run.truncation_curve} length={length} onChange={onLength} />
        </div>
      )}
    </section>
  )
}

interface ValueProps {
  name: string
  estimate: Estimate
  write: (value: number) => string
}

function Value({ name, estimate, write }: ValueProps) {
  const certain = estimate.low === estimate.high
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="text-base font-semibold tnum">
        {!certain && <span className="font-normal text-faint">≈ </span>}
        {write(estimate.value)}
      </dd>
      {!certain && (
        <dd className="text-xs text-faint tnum">
          {write(estimate.low)} to {write(estimate.high)}
        </dd>
      )}
    </div>
  )
}
