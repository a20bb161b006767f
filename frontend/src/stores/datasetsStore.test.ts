import { beforeEach, describe, expect, it } from "vitest"
import { findDataset } from "@/api/cache"
import { keys } from "@/api/keys"
import { queryClient } from "@/api/queryClient"
import { makeDataset, makeEvent, makeJob } from "@/test/factories"
import { useDatasetsStore } from "./datasetsStore"
import { fromEvent, withLive } from "./liveJob"

const store = () => useDatasetsStore.getState()

describe("live jobs", () => {
  it("keeps the newest event of a job, whatever order they arrive in", () => {
    const first = makeEvent({ seq: 1, progress: 10 })
    const later = { ...first, seq: 3, progress: 30 }
    const late = { ...first, seq: 2, progress: 20 }
    store().applyProgress([first, later])
    store().applyProgress([late])
    expect(store().liveJobs[first.job_id]?.progress).toBe(30)
  })

  it("takes a new attempt over an old one, even with a smaller seq", () => {
    const old = makeEvent({ fence: 1, seq: 900, progress: 90 })
    store().applyProgress([old])
    store().applyProgress([{ ...old, fence: 2, seq: 1, progress: 5 }])
    store().applyProgress([{ ...old, fence: 1, seq: 901, progress: 91 }])
    expect(store().liveJobs[old.job_id]).toMatchObject({ fence: 2, progress: 5 })
  })

  it("does not change its state for an event it has seen", () => {
    const event = makeEvent()
    store().applyProgress([event])
    const before = store().liveJobs
    store().applyProgress([event])
    expect(store().liveJobs).toBe(before)
  })

  it("forgets jobs", () => {
    const event = makeEvent()
    store().applyProgress([event])
    store().forgetJobs([event.job_id])
    expect(store().liveJobs).toEqual({})
  })
})

describe("withLive", () => {
  it("carries a fetched job on by a later event", () => {
    const job = makeJob({ progress: 10, fence: 2 })
    const event = makeEvent({ job_id: job.id, progress: 55, fence: 2 })
    expect(withLive(job, event)).toMatchObject({ id: job.id, progress: 55, params: job.params })
  })
  it("lets neither an older attempt nor a late event change a job", () => {
    const job = makeJob({ progress: 10, fence: 2 })
    expect(withLive(job, makeEvent({ progress: 90, fence: 1 }))).toBe(job)
    const done = makeJob({ state: "succeeded" })
    expect(withLive(done, makeEvent({ state: "running" }))).toBe(done)
  })
  it("shows a job that was not fetched yet from its event alone", () => {
    const event = makeEvent({ kind: "download", progress: 3 })
    expect(fromEvent(event)).toMatchObject({ id: event.job_id, kind: "download", progress: 3 })
  })
})

describe("datasets", () => {
  const [first, second] = [makeDataset({ name: "first" }), makeDataset({ name: "second" })]
  beforeEach(() =>
    queryClient.setQueryData(keys.datasetList({}), {
      pages: [{ items: [first, second], total: 2, next_cursor: null }],
      pageParams: [null],
    }),
  )

  it("updates a dataset in every list", () => {
    store().updateDataset({ ...first, name: "renamed" })
    expect(findDataset(first.id)?.name).toBe("renamed")
  })

  it("removes a dataset, its mark and its selection", () => {
    store().toggleMark(first.id)
    store().selectDataset(first.id)
    store().removeDataset(first.id)
    expect(findDataset(first.id)).toBeUndefined()
    expect(findDataset(second.id)).toBeDefined()
    expect(store().marked.size).toBe(0)
    expect(store().selectedId).toBeNull()
  })

  it("keeps and clears an error", () => {
    store().setError("The list could not be loaded.")
    expect(store().error).toBe("The list could not be loaded.")
    store().clearError()
    expect(store().error).toBeNull()
  })
})
