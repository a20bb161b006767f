import { useCallback } from "react"
import { deleteUpload, sendFile } from "@/api/uploads"
import { RateMeter } from "@/lib/uploadRate"
import { type LocalUpload, useUploadsStore } from "@/stores/uploadsStore"

let counter = 0

async function run(upload: LocalUpload): Promise<void> {
  const { change } = useUploadsStore.getState()
  const meter = new RateMeter()
  const events = {
    onProgress: (sent: number) =>
      change(upload.key, { sent, state: "sending", rate: meter.add(sent, performance.now()) }),
    onInterrupted: () => change(upload.key, { state: "interrupted", rate: null }),
  }
  try {
    const view = await sendFile(upload.file, events, upload.abort.signal)
    change(upload.key, { state: "done", sent: upload.file.size, view })
  } catch (error) {
    if (upload.abort.signal.aborted) return
    change(upload.key, { state: "failed", error, rate: null })
  }
}

/** Starts sending each file at once and returns the keys they are kept under. */
export function startUploads(files: readonly File[]): string[] {
  return files.map((file) => {
    counter += 1
    const upload: LocalUpload = {
      key: `upload-${counter}`,
      file,
      state: "sending",
      sent: 0,
      rate: null,
      error: null,
      view: null,
      abort: new AbortController(),
    }
    useUploadsStore.getState().add(upload)
    void run(upload)
    return upload.key
  })
}

export function useUploads() {
  const uploads = useUploadsStore((state) => state.uploads)
  const remove = useUploadsStore((state) => state.remove)

  /** Stops sending, and gives back what the server has kept of it. */
  const discard = useCallback(
    (upload: LocalUpload) => {
      upload.abort.abort()
      remove(upload.key)
      // What stays behind where the server cannot be asked expires there after a day.
      if (upload.view) deleteUpload(upload.view.id).catch(() => undefined)
    },
    [remove],
  )
  const retry = useCallback(
    (upload: LocalUpload) => {
      remove(upload.key)
      startUploads([upload.file])
    },
    [remove],
  )
  return { uploads, start: startUploads, discard, retry, remove }
}
