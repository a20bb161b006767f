import { useEffect } from "react"
import { refreshDataset } from "@/api/cache"
import { isActive } from "@/api/jobs"
import { keys } from "@/api/keys"
import { queryClient } from "@/api/queryClient"
import { socket } from "@/api/socket"
import type { DatasetProgress } from "@/api/types"
import { isNewer, useDatasetsStore } from "@/stores/datasetsStore"

/** The page is redrawn at most this often, however many events arrive. */
const FLUSH_MS = 100

/**
 * Opens the socket for as long as the page lives and feeds the store from it. Events may be lost while there is
 * no connection, so every (re)connect loads again what is shown.
 */
export function useLiveUpdates(): void {
  useEffect(() => {
    const pending = new Map<string, DatasetProgress>()
    let timer: ReturnType<typeof setTimeout> | null = null

    const flush = () => {
      timer = null
      const events = [...pending.values()]
      pending.clear()
      handleEvents(events)
    }
    const onProgress = (event: DatasetProgress) => {
      if (event.kind === "preview") return
      if (isNewer(event, pending.get(event.job_id))) pending.set(event.job_id, event)
      timer ??= setTimeout(flush, FLUSH_MS)
    }
    const onConnect = () => {
      const { setConnection, clearError } = useDatasetsStore.getState()
      setConnection("live")
      clearError()
      socket.emit("subscribe", {})
      void queryClient.invalidateQueries()
    }
    const onDisconnect = () => {
      const { liveJobs, forgetJobs, setConnection } = useDatasetsStore.getState()
      setConnection("lost")
      forgetJobs(Object.keys(liveJobs))
    }

    socket.on("dataset:progress", onProgress)
    socket.on("connect", onConnect)
    socket.on("disconnect", onDisconnect)
    socket.on("connect_error", onDisconnect)
    socket.connect()
    return () => {
      socket.off("dataset:progress", onProgress)
      socket.off("connect", onConnect)
      socket.off("disconnect", onDisconnect)
      socket.off("connect_error", onDisconnect)
      socket.disconnect()
      if (timer) clearTimeout(timer)
    }
  }, [])
}

/** One batch of events: the store first; then what began or ended is fetched, once per dataset. */
function handleEvents(events: readonly DatasetProgress[]): void {
  const { liveJobs, applyProgress, forgetJobs, setError } = useDatasetsStore.getState()
  const fresh = events.filter((event) => isNewer(event, liveJobs[event.job_id]))
  if (!fresh.length) return
  applyProgress(fresh)
  const turned = fresh.filter((event) => {
    const known = liveJobs[event.job_id]
    return !known || known.state !== event.state || known.status !== event.status
  })
  if (!turned.length) return
  const ended = turned.filter((event) => !isActive(event.state)).map((event) => event.job_id)
  const datasets = new Set(turned.flatMap((event) => (event.dataset_id ? [event.dataset_id] : [])))
  void queryClient.invalidateQueries({ queryKey: keys.jobs })
  if (ended.length) void queryClient.invalidateQueries({ queryKey: keys.storage })
  for (const event of turned) {
    if (event.tokenization_id) {
      void queryClient.invalidateQueries({ queryKey: keys.tokenization(event.tokenization_id) })
    }
  }
  void Promise.allSettled([...datasets].map(refreshDataset)).then((outcomes) => {
    if (ended.length) forgetJobs(ended)
    if (outcomes.some((outcome) => outcome.status === "rejected")) {
      setError("A dataset has changed, and its new state could not be loaded. Reload the page to see it.")
    }
  })
}
