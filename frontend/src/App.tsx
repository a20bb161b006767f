import { QueryClientProvider } from "@tanstack/react-query"
import { lazy, Suspense, useEffect, useState } from "react"
import { BrowserRouter, Navigate, Route, Routes } from "react-router"
import { Toaster } from "sonner"
import { queryClient } from "@/api/queryClient"
import { DropAnywhere } from "@/components/common/DropAnywhere"
import { DatasetsPanel } from "@/components/panels/DatasetsPanel"
import { LoginView } from "@/components/panels/LoginView"
import { Shell } from "@/components/panels/Shell"
import { useLiveUpdates } from "@/hooks/useLiveUpdates"
import { useSession } from "@/hooks/useSession"
import { useSystemTheme } from "@/hooks/useSystemTheme"
import { usePaletteStore } from "@/stores/paletteStore"
import { isLight, useThemeStore } from "@/stores/themeStore"

const AddDatasetDialog = lazy(() =>
  import("@/components/datasets/AddDatasetDialog").then((file) => ({ default: file.AddDatasetDialog })),
)
const DatasetDetailModal = lazy(() =>
  import("@/components/datasets/DatasetDetailModal").then((file) => ({ default: file.DatasetDetailModal })),
)
const ComparePanel = lazy(() =>
  import("@/components/panels/ComparePanel").then((file) => ({ default: file.ComparePanel })),
)
const SettingsPanel = lazy(() =>
  import("@/components/panels/SettingsPanel").then((file) => ({ default: file.SettingsPanel })),
)
const CommandPalette = lazy(() =>
  import("@/components/panels/CommandPalette").then((file) => ({ default: file.CommandPalette })),
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
  const session = useSession()
  if (session.data?.needs_login && !session.data.logged_in) return <LoginView />
  return <Studio />
}

function Studio() {
  useLiveUpdates()
  useSystemTheme()
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
            <Route path="/compare" element={<ComparePanel />} />
            <Route path="/settings" element={<SettingsPanel />} />
            <Route path="*" element={<Navigate to="/datasets" replace />} />
          </Route>
        </Routes>
      </Suspense>
      <DropAnywhere />
      <Palette />
      <Toasts />
    </>
  )
}

/** The palette's code is fetched when it is first opened. */
function Palette() {
  const { isOpen, toggle } = usePaletteStore()
  const [wanted, setWanted] = useState(false)
  if (isOpen && !wanted) setWanted(true)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      toggle()
    }
    document.addEventListener("keydown", onKey)
    return () => document.removeEventListener("keydown", onKey)
  }, [toggle])
  return wanted ? (
    <Suspense>
      <CommandPalette />
    </Suspense>
  ) : null
}

function Toasts() {
  const choice = useThemeStore((state) => state.choice)
  return <Toaster position="bottom-right" theme={isLight(choice) ? "light" : "dark"} />
}
