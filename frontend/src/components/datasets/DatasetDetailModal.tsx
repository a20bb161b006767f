import { lazy, Suspense, useEffect } from "react"
import { Navigate, useLocation, useNavigate, useParams } from "react-router"
import { isNotFound } from "@/api/problem"
import type { DatasetSummary, DatasetView } from "@/api/types"
import { knownDataset, useDataset } from "@/hooks/useDatasets"
import { useDatasetsStore } from "@/stores/datasetsStore"
import { Button } from "../common/Button"
import { Dialog } from "../common/Dialog"
import { ErrorNotice } from "../common/ErrorNotice"
import { LoadingText, Skeleton } from "../common/Skeleton"
import { DatasetActions } from "./DatasetActions"
import { cardId } from "./DatasetCard"
import { DetailTabs, isTab, type Tab } from "./DetailTabs"
import { SourceBadge } from "./SourceBadge"
import { StatusBadge } from "./StatusBadge"
import { OverviewTab } from "./tabs/OverviewTab"

const SamplesTab = lazy(() => import("./tabs/SamplesTab").then((tab) => ({ default: tab.SamplesTab })))
const TokenizeTab = lazy(() => import("./tabs/TokenizeTab").then((tab) => ({ default: tab.TokenizeTab })))
const StatisticsTab = lazy(() =>
  import("./tabs/StatisticsTab").then((tab) => ({ default: tab.StatisticsTab })),
)
const DownloadTab = lazy(() => import("./tabs/DownloadTab").then((tab) => ({ default: tab.DownloadTab })))
const JobsTab = lazy(() => import("./tabs/JobsTab").then((tab) => ({ default: tab.JobsTab })))

/** A dataset at its own address, as a dialog over the panel: /datasets/{id}/{tab}. */
export function DatasetDetailModal() {
  const { datasetId = "", tab = "overview" } = useParams()
  if (!isTab(tab)) return <Navigate to={`/datasets/${datasetId}`} replace />
  return <Detail key={datasetId} datasetId={datasetId} tab={tab} />
}

/** Parameters that belong to the detail; they do not go back to the panel with the list's own. */
const OWN_PARAMS = ["split", "find", "row", "tokenization", "as"]

function Detail({ datasetId, tab }: { datasetId: string; tab: Tab }) {
  const query = useDataset(datasetId)
  const navigate = useNavigate()
  const location = useLocation()
  const selectDataset = useDatasetsStore((state) => state.selectDataset)
  useEffect(() => {
    selectDataset(datasetId)
    return () => selectDataset(null)
  }, [datasetId, selectDataset])

  const close = () => {
    const params = new URLSearchParams(location.search)
    for (const name of OWN_PARAMS) params.delete(name)
    navigate({ pathname: "/datasets", search: params.toString() })
  }
  const summary: DatasetSummary | undefined = query.data ?? knownDataset(datasetId)
  useEffect(() => {
    if (summary) document.title = `${summary.name} · miStudio`
  }, [summary])

  return (
    <Dialog
      open
      onClose={close}
      size="page"
      title={summary?.name ?? "Dataset"}
      returnFocus={() => document.getElementById(cardId(datasetId))}
      header={summary && <DatasetActions dataset={summary} onDeleted={close} />}
      description={
        summary && (
          <span className="flex flex-wrap items-center gap-2">
            <SourceBadge source={summary.source} />
            <StatusBadge status={summary.status} deleting={summary.deleting} />
          </span>
        )
      }
    >
      <DetailTabs datasetId={datasetId} current={tab} />
      <div
        id="tab-panel"
        role="tabpanel"
        aria-labelledby={`tab-${tab}`}
        className="min-h-0 flex-1 overflow-auto px-4 py-5 sm:px-6"
      >
        {query.error && !query.data ? (
          <ErrorNotice
            error={query.error}
            onRetry={isNotFound(query.error) ? undefined : () => query.refetch()}
            action={
              isNotFound(query.error) && (
                <Button size="sm" onClick={close}>
                  Back to the datasets
                </Button>
              )
            }
          />
        ) : query.data ? (
          <Suspense fallback={<TabSkeleton />}>
            <TabContent tab={tab} dataset={query.data} />
          </Suspense>
        ) : (
          <TabSkeleton />
        )}
      </div>
    </Dialog>
  )
}

function TabContent({ tab, dataset }: { tab: Tab; dataset: DatasetView }) {
  switch (tab) {
    case "overview":
      return <OverviewTab dataset={dataset} />
    case "samples":
      return <SamplesTab dataset={dataset} />
    case "download":
      return <DownloadTab dataset={dataset} />
    case "tokenize":
      return <TokenizeTab dataset={dataset} />
    case "statistics":
      return <StatisticsTab datasetId={dataset.id} />
    case "jobs":
      return <JobsTab datasetId={dataset.id} />
  }
}

function TabSkeleton() {
  return (
    <div className="grid gap-8 lg:grid-cols-2">
      <LoadingText>Loading the dataset</LoadingText>
      <Skeleton className="h-48" />
      <Skeleton className="h-48" />
    </div>
  )
}
