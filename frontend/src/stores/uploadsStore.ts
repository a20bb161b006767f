import { create } from "zustand"
import type { UploadView } from "@/api/types"

export interface LocalUpload {
  key: string
  file: File
  state: "sending" | "interrupted" | "done" | "failed"
  sent: number
  /** Bytes per second over the last seconds; null until it can be told. */
  rate: number | null
  error: unknown
  view: UploadView | null
  abort: AbortController
}

interface UploadsState {
  uploads: readonly LocalUpload[]
  add: (upload: LocalUpload) => void
  change: (key: string, part: Partial<LocalUpload>) => void
  remove: (key: string) => void
}

/** Files on their way from this page to the server; they go on while the dialog is closed. */
export const useUploadsStore = create<UploadsState>()((set) => ({
  uploads: [],
  add: (upload) => set((state) => ({ uploads: [...state.uploads, upload] })),
  change: (key, part) =>
    set((state) => ({
      uploads: state.uploads.map((upload) => (upload.key === key ? { ...upload, ...part } : upload)),
    })),
  remove: (key) => set((state) => ({ uploads: state.uploads.filter((upload) => upload.key !== key) })),
}))
