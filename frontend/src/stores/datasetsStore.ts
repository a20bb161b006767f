import { create } from "zustand"
import { dropDataset, putDataset } from "@/api/cache"
import { keys } from "@/api/keys"
import { queryClient } from "@/api/queryClient"
import type { DatasetProgress, DatasetSummary } from "@/api/types"

export type Connection = "connecting" | "live" | "lost"

interface DatasetsState {
  /** The latest event of each job that is being watched, by job id. */
  liveJobs: Readonly<Record<string, DatasetProgress>>
  connection: Connection
  selectedId: string | null
  /** Datasets ticked for an action on many. */
  marked: ReadonlySet<string>
  error: string | null

  fetchDatasets: () => Promise<void>
  selectDataset: (id: string | null) => void
  addDataset: (dataset: DatasetSummary) => void
  updateDataset: (dataset: DatasetSummary) => void
  removeDataset: (id: string) => void
  clearError: () => void

  applyProgress: (events: readonly DatasetProgress[]) => void
  forgetJobs: (ids: readonly string[]) => void
  setConnection: (connection: Connection) => void
  setError: (error: string) => void
  toggleMark: (id: string) => void
  clearMarks: () => void
}

/** Whether `next` was written after `known`: events may overtake one another on their way. */
export function isNewer(next: DatasetProgress, known: DatasetProgress | undefined): boolean {
  if (!known) return true
  return next.fence > known.fence || (next.fence === known.fence && next.seq > known.seq)
}

/**
 * Live jobs, selection and view. Datasets themselves live in the query cache; the actions that name them
 * write there, so that every list and view sees the same.
 */
export const useDatasetsStore = create<DatasetsState>()((set) => ({
  liveJobs: {},
  connection: "connecting",
  selectedId: null,
  marked: new Set(),
  error: null,

  fetchDatasets: () => queryClient.invalidateQueries({ queryKey: keys.datasetLists }),
  selectDataset: (selectedId) => set({ selectedId }),
  addDataset: (dataset) => {
    if (!putDataset(dataset)) void queryClient.invalidateQueries({ queryKey: keys.datasetLists })
  },
  updateDataset: (dataset) => void putDataset(dataset),
  removeDataset: (id) => {
    dropDataset(id)
    set((state) => ({
      selectedId: state.selectedId === id ? null : state.selectedId,
      marked: without(state.marked, id),
    }))
  },
  clearError: () => set({ error: null }),

  applyProgress: (events) =>
    set((state) => {
      const liveJobs = { ...state.liveJobs }
      let changed = false
      for (const event of events) {
        if (!isNewer(event, liveJobs[event.job_id])) continue
        liveJobs[event.job_id] = event
        changed = true
      }
      return changed ? { liveJobs } : state
    }),
  forgetJobs: (ids) =>
    set((state) => ({
      liveJobs: Object.fromEntries(Object.entries(state.liveJobs).filter(([id]) => !ids.includes(id))),
    })),
  setConnection: (connection) => set({ connection }),
  setError: (error) => set({ error }),
  toggleMark: (id) =>
    set((state) => ({
      marked: state.marked.has(id) ? without(state.marked, id) : new Set([...state.marked, id]),
    })),
  clearMarks: () => set({ marked: new Set() }),
}))

function without(marks: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...marks].filter((mark) => mark !== id))
}
