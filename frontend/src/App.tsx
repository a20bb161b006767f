import { QueryClientProvider } from "@tanstack/react-query"
import { lazy, Suspense } from "react"
import { BrowserRouter, Navigate, Route, Routes } from "react-router"
import { Toaster } from "sonner"
import { queryClient } from "@/api/queryClient"
import { DropAnywhere } from "@/components/common/DropAnywhere"
import { DatasetsPanel } from "@/components/panels/DatasetsPanel"
import { Shell } from "@/components/panels/Shell"
import { useLiveUpdates } from "@/hooks/useLiveUpdates"

const AddDatasetDialog = lazy(() =>
  import("@/components/datasets/AddDatasetDialog").then((file) => ({ default: file.AddDatasetDialog })),
)
const DatasetDetailModal = lazy(() =>
  import("@/components/datasets/DatasetDetailModal").then((file) => ({ default: file.DatasetDetailModal })),
)
const JobsPanel = lazy(() =>
  import("@/components/panels/JobsPanel").then((file) => ({ default: file.JobsPanel })),
)

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <BrowserRouter>
        <Page />
      </BrowserRouter>
    </QueryClientProvider>
  )
}

function Page() {
  useLiveUpdates()
  return (
    <>
      <Suspense>
        <Routes>
          <Route element={<Shell />}>
            <Route path="/datasets" element={<DatasetsPanel />}>
              <Route path="new/:source" element={<AddDatasetDialog />} />
              <Route path=":datasetId/:tab?" element={<DatasetDetailModal />} />
            </Route>
            <Route path="/jobs" element={<JobsPanel />} />
            <Route path="*" element={<Navigate to="/datasets" replace />} />
          </Route>
        </Routes>
      </Suspense>
      <DropAnywhere />
      <Toaster position="bottom-right" />
    </>
  )
}
