import { BarChart3 } from "lucide-react"
import { useState } from "react"
import { Link, useSearchParams } from "react-router"
import type { TokenizationView } from "@/api/types"
import { useStatistics } from "@/hooks/useDatasets"
import { formatDateTime } from "@/lib/format"
import { tokenizationLabel } from "@/lib/tokenizationName"
import { buttonClass } from "../../common/Button"
import { CopyButton } from "../../common/CopyButton"
import { EmptyState } from "../../common/EmptyState"
import { ErrorNotice } from "../../common/ErrorNotice"
import { Select } from "../../common/Field"
import { LoadingText, Skeleton } from "../../common/Skeleton"
import { Details } from "../statistics/Details"
import { LengthHistogram } from "../statistics/LengthHistogram"
import { SplitDistribution } from "../statistics/SplitDistribution"
import { StatCards } from "../statistics/StatCards"
import { TokenFrequencies } from "../statistics/TokenFrequencies"
import { TruncationCurve } from "../statistics/TruncationCurve"

const ALL = ""

export function StatisticsTab({ datasetId }: { datasetId: string }) {
  const query = useStatistics(datasetId)
  const [params, setParams] = useSearchParams()
  const [split, setSplit] = useState(ALL)

  if (query.error) return <ErrorNotice error={query.error} onRetry={() => query.refetch()} />
  if (!query.data) return <StatisticsSkeleton />
  const done = query.data.tokenizations.filter((one) => one.statistics)
  const shown = done.find((one) => one.id === params.get("tokenization")) ?? done.at(0)
  if (!shown?.statistics) {
    return (
      <EmptyState
        icon={<BarChart3 aria-hidden />}
        title="No statistics yet"
        action={
          <Link
            to={{ pathname: `/datasets/${datasetId}/tokenize` }}
            replace
            className={buttonClass("primary")}
          >
            Tokenize this dataset
          </Link>
        }
      >
        They are counted while a dataset is tokenized.
      </EmptyState>
    )
  }
  const names = Object.keys(shown.statistics.splits)
  const statistics = shown.statistics.splits[split] ?? shown.statistics.total
  const choose = (id: string) => {
    params.set("tokenization", id)
    setParams(params, { replace: true })
  }
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <Select
          aria-label="Tokenization"
          value={shown.id}
          onChange={(event) => choose(event.target.value)}
          className="w-auto! max-w-full"
        >
          {done.map((one) => (
            <option key={one.id} value={one.id}>
              {tokenizationLabel(one)}
            </option>
          ))}
        </Select>
        {names.length > 1 && (
          <Select
            aria-label="Split"
            value={split}
            onChange={(event) => setSplit(event.target.value)}
            className="w-auto!"
          >
            <option value={ALL}>All splits</option>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        )}
        <span className="text-xs text-faint">{formatDateTime(shown.finished_at)}</span>
        <span className="ml-auto flex">
          <CompareLink shown={shown} done={done} />
          <CopyButton
            text={() => JSON.stringify(shown.statistics, null, 2)}
            label="Copy all statistics as JSON"
          >
            Copy as JSON
          </CopyButton>
        </span>
      </div>
      <StatCards statistics={statistics} />
      <LengthHistogram statistics={statistics} />
      <SplitDistribution splits={shown.statistics.split_distribution} />
      <Details statistics={statistics} />
      <TruncationCurve curve={statistics.truncation_curve} maxLength={shown.max_length} />
      <TokenFrequencies statistics={statistics} />
    </div>
  )
}

function CompareLink({ shown, done }: { shown: TokenizationView; done: readonly TokenizationView[] }) {
  const other = done.find((one) => one.id !== shown.id)
  const search = new URLSearchParams({ a: shown.id, ...(other && { b: other.id }) }).toString()
  return (
    <Link to={{ pathname: "/compare", search }} className={buttonClass("ghost", "sm")}>
      Compare
    </Link>
  )
}

function StatisticsSkeleton() {
  return (
    <div className="flex flex-col gap-4">
      <LoadingText>Loading the statistics</LoadingText>
      <Skeleton className="h-9 w-56" />
      <div className="grid grid-cols-2 gap-3 xl:grid-cols-4">
        {["a", "b", "c", "d"].map((key) => (
          <Skeleton key={key} className="h-24" />
        ))}
      </div>
      <Skeleton className="h-80" />
    </div>
  )
}
