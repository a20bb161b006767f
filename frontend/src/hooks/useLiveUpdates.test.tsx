import { act, renderHook, waitFor } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { findDataset } from "@/api/cache"
import { keys } from "@/api/keys"
import { queryClient } from "@/api/queryClient"
import { socket } from "@/api/socket"
import { useDatasetsStore } from "@/stores/datasetsStore"
import { makeDataset, makeDatasetView, makeEvent } from "@/test/factories"
import { Providers } from "@/test/render"
import { API, answers, server } from "@/test/server"
import { useLiveUpdates } from "./useLiveUpdates"

/** Makes the socket's listeners hear an event, as if the server had sent it. */
function hear(event: string, ...payload: unknown[]) {
  act(() => {
    for (const listener of socket.listeners(event as "connect"))
      (listener as (...args: unknown[]) => void)(...payload)
  })
}

const store = () => useDatasetsStore.getState()

describe("useLiveUpdates", () => {
  beforeEach(() => {
    vi.spyOn(socket, "connect").mockReturnValue(socket)
    vi.spyOn(socket, "emit").mockReturnValue(socket)
  })
  afterEach(() => vi.restoreAllMocks())

  it("subscribes to the list and loads again what is shown, at every connect", () => {
    const invalidate = vi.spyOn(queryClient, "invalidateQueries")
    renderHook(useLiveUpdates, { wrapper: Providers })
    hear("connect")
    hear("connect")
    expect(socket.emit).toHaveBeenCalledTimes(2)
    expect(socket.emit).toHaveBeenCalledWith("subscribe", {})
    expect(invalidate).toHaveBeenCalledTimes(2)
    expect(store().connection).toBe("live")
  })

  it("forgets live jobs when the connection is lost: what is fetched then is newer", () => {
    renderHook(useLiveUpdates, { wrapper: Providers })
    store().applyProgress([makeEvent()])
    hear("disconnect")
    expect(store().connection).toBe("lost")
    expect(store().liveJobs).toEqual({})
  })

  it("draws a thousand events of a job as one change", async () => {
    const dataset = makeDatasetView()
    answers(`/datasets/${dataset.id}`, dataset)
    renderHook(useLiveUpdates, { wrapper: Providers })
    const changes = vi.fn()
    const stop = useDatasetsStore.subscribe(changes)
    const event = makeEvent({ dataset_id: dataset.id })
    act(() => {
      const [listener] = socket.listeners("dataset:progress")
      for (let seq = 1; seq <= 1000; seq += 1) listener?.({ ...event, seq, progress: seq / 10 })
    })
    await waitFor(() => expect(store().liveJobs[event.job_id]?.progress).toBe(100))
    expect(changes).toHaveBeenCalledTimes(1)
    stop()
  })

  it("fetches the one dataset whose job ended, and forgets the job", async () => {
    const dataset = makeDataset({ status: "PROCESSING" })
    queryClient.setQueryData(keys.datasetList({}), {
      pages: [{ items: [dataset], total: 1, next_cursor: null }],
      pageParams: [null],
    })
    answers(`/datasets/${dataset.id}`, makeDatasetView({ id: dataset.id, status: "TOKENIZED" }))
    renderHook(useLiveUpdates, { wrapper: Providers })
    hear("dataset:progress", makeEvent({ dataset_id: dataset.id, state: "succeeded" }))
    await waitFor(() => expect(findDataset(dataset.id)?.status).toBe("TOKENIZED"))
    await waitFor(() => expect(store().liveJobs).toEqual({}))
  })

  it("takes a dataset out of the list when it is gone", async () => {
    const dataset = makeDataset()
    queryClient.setQueryData(keys.datasetList({}), {
      pages: [{ items: [dataset], total: 1, next_cursor: null }],
      pageParams: [null],
    })
    server.use(
      http.get(`${API}/datasets/:id`, () =>
        HttpResponse.json(
          { code: "DATASET_NOT_FOUND", title: "gone", detail: "gone", status: 404 },
          { status: 404 },
        ),
      ),
    )
    renderHook(useLiveUpdates, { wrapper: Providers })
    hear("dataset:progress", makeEvent({ dataset_id: dataset.id, kind: "delete", state: "succeeded" }))
    await waitFor(() => expect(findDataset(dataset.id)).toBeUndefined())
  })

  it("says so when the new state cannot be loaded", async () => {
    server.use(http.get(`${API}/datasets/:id`, () => HttpResponse.error()))
    renderHook(useLiveUpdates, { wrapper: Providers })
    hear("dataset:progress", makeEvent({ state: "failed" }))
    await waitFor(() => expect(store().error).toMatch(/could not be loaded/))
  })

  it("takes no notice of previews", () => {
    vi.useFakeTimers()
    renderHook(useLiveUpdates, { wrapper: Providers })
    hear("dataset:progress", makeEvent({ kind: "preview" }))
    vi.runAllTimers()
    expect(store().liveJobs).toEqual({})
    vi.useRealTimers()
  })
})
