import { Columns2 } from "lucide-react"
import { useSearchParams } from "react-router"
import { useTokenization } from "@/hooks/useCompare"
import { EmptyState } from "../common/EmptyState"
import { ErrorNotice } from "../common/ErrorNotice"
import { Skeleton } from "../common/Skeleton"
import { CompareCharts } from "../compare/CompareCharts"
import { CompareTable } from "../compare/CompareTable"
import { TokenizationPicker } from "../compare/TokenizationPicker"
import { PageBar } from "./PageBar"

/** Two tokenizations side by side; which ones is in the address (`a`, `b`). */
export function ComparePanel() {
  const [params, setParams] = useSearchParams()
  const ids = { a: params.get("a"), b: params.get("b") }
  const a = useTokenization(ids.a)
  const b = useTokenization(ids.b)
  const choose = (side: "a" | "b") => (id: string) =>
    setParams(
      (previous) => {
        previous.set(side, id)
        return previous
      },
      { replace: true },
    )
  const error = a.error ?? b.error
  return (
    <>
      <PageBar title="Compare" />
      <div className="flex flex-col gap-4 px-4 py-4 sm:px-6">
        <div className="grid gap-4 lg:grid-cols-2">
          <TokenizationPicker
            label="A"
            datasetId={a.data?.dataset_id ?? null}
            value={ids.a}
            onChange={choose("a")}
          />
          <TokenizationPicker
            label="B"
            datasetId={b.data?.dataset_id ?? null}
            value={ids.b}
            onChange={choose("b")}
          />
        </div>
        {error && <ErrorNotice error={error} />}
        {a.data && b.data ? (
          <>
            <CompareTable a={a.data} b={b.data} />
            <CompareCharts a={a.data} b={b.data} />
          </>
        ) : (a.isFetching && !a.data) || (b.isFetching && !b.data) ? (
          <Skeleton className="h-96" />
        ) : (
          <EmptyState icon={<Columns2 aria-hidden />} title="Choose two tokenizations">
            Their numbers and curves are shown side by side: the same text under two tokenizers, or under two
            lengths.
          </EmptyState>
        )}
      </div>
    </>
  )
}
