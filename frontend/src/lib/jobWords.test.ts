import { describe, expect, it } from "vitest"
import { progressParts, progressSentence, stageWords } from "./jobWords"

describe("jobWords", () => {
  const job = {
    kind: "download",
    state: "running",
    stage: "downloading files",
    progress: 61.9,
    done: 1.2e9,
    total: 2e9,
    unit: "bytes",
    rate: 38e6,
    eta_s: 21,
  }
  it("says stage, done of total, rate and time left", () => {
    expect(stageWords(job)).toBe("Downloading files")
    expect(progressSentence(job).replaceAll("\u00a0", " ")).toBe(
      "Downloading files, 61 %, 1.20 GB of 2.00 GB, 38.0 MB/s, about 25 s left",
    )
  })
  it("claims nothing while it waits or the total is unknown", () => {
    expect(progressParts({ ...job, state: "queued" })).toEqual([])
    expect(progressSentence({ ...job, progress: null, total: null, rate: null, eta_s: null })).not.toContain(
      "%",
    )
  })
})
