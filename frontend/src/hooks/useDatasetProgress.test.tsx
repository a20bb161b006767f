import { act, renderHook } from "@testing-library/react"
import { describe, expect, it } from "vitest"
import type { JobView } from "@/api/types"
import { useDatasetsStore } from "@/stores/datasetsStore"
import { id, makeEvent, makeJob } from "@/test/factories"
import { useDatasetProgress } from "./useDatasetProgress"

const hear = (...events: ReturnType<typeof makeEvent>[]) =>
  act(() => useDatasetsStore.getState().applyProgress(events))

describe("useDatasetProgress", () => {
  const dataset = id()
  const none: JobView[] = []

  it("carries the fetched job on by its events", () => {
    const fetched = [makeJob({ dataset_id: dataset, progress: 10 })]
    const { result } = renderHook(() => useDatasetProgress(dataset, fetched))
    expect(result.current).toMatchObject([{ progress: 10 }])
    hear(makeEvent({ dataset_id: dataset, job_id: fetched[0]?.id, progress: 64 }))
    expect(result.current).toMatchObject([{ progress: 64 }])
  })

  it("shows a job of another tab, and drops it when it has ended", () => {
    const { result } = renderHook(() => useDatasetProgress(dataset, none))
    const begun = makeEvent({ dataset_id: dataset, kind: "download", seq: 1 })
    hear(begun, makeEvent())
    expect(result.current).toMatchObject([{ kind: "download" }])
    hear({ ...begun, seq: 2, state: "succeeded" })
    expect(result.current).toEqual([])
  })
})
