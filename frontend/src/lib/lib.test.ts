import { describe, expect, it } from "vitest"
import { toCsv } from "./clipboard"
import { progressParts, progressSentence, stageWords } from "./jobWords"
import { escapeSeparator, joinText, unescapeSeparator } from "./joinText"
import { MAX_SCROLL, rowWindow, visibleRows } from "./rowWindow"
import { sameConfig } from "./sameConfig"
import { tokenizationLabel } from "./tokenizationName"
import { nameFromFile, RateMeter } from "./uploadRate"

describe("joinText", () => {
  const row = { question: "Why?", answer: null, tags: ["a", "b"], extra: "So." }
  it("joins the chosen columns in their order and leaves nulls out", () => {
    expect(joinText(row, ["extra", "answer", "question"], " | ")).toBe("So. | Why?")
    expect(joinText(row, ["tags"], "\n")).toBe('["a","b"]')
  })
  it("reads a separator as it is typed", () => {
    expect(unescapeSeparator("\\n\\t-")).toBe("\n\t-")
    expect(escapeSeparator("\n\t-")).toBe("\\n\\t-")
  })
})

describe("toCsv", () => {
  it("quotes what must be quoted", () =>
    expect(
      toCsv(
        ["a", "b"],
        [
          ["x,y", 1],
          ['say "hi"', null],
        ],
      ),
    ).toBe('a,b\r\n"x,y",1\r\n"say ""hi""",'))
})

describe("names", () => {
  it.each([
    ["interviews 2024.csv.gz", "interviews 2024"],
    ["data.final.parquet", "data.final"],
    [".csv", ".csv"],
    ["notes", "notes"],
  ])("%s becomes %s", (file, name) => expect(nameFromFile(file)).toBe(name))

  it("labels a tokenization by its tokenizer and length", () => {
    const gpt2 = { tokenizer_name: "openai-community/gpt2", max_length: 512, context_size: null }
    expect(tokenizationLabel(gpt2)).toBe("gpt2 · 512")
    expect(tokenizationLabel({ ...gpt2, max_length: null, context_size: 2048 })).toBe("gpt2 · packed 2,048")
  })
})

describe("RateMeter", () => {
  it("forgets what is older than its window", () => {
    const meter = new RateMeter()
    expect(meter.add(0, 0)).toBeNull()
    expect(meter.add(1000, 1000)).toBe(1000)
    for (let at = 2000; at <= 9000; at += 1000) meter.add(1000, at)
    expect(meter.add(1000, 10_000)).toBe(0)
  })
})

describe("rowWindow", () => {
  it("stays below what browsers can lay out, and still reaches the last of ten million rows", () => {
    const [rows, height, viewport] = [10_000_000, 36, 800]
    const scaled = rowWindow(rows, height, viewport)
    expect(scaled.height).toBe(MAX_SCROLL)
    const last = (scaled.height - viewport) * scaled.scale
    expect(visibleRows(last, rows, height, viewport).end).toBe(rows)
  })
  it("draws only what is in sight", () => {
    expect(rowWindow(100, 36, 800)).toEqual({ height: 3600, scale: 1 })
    expect(visibleRows(0, 100, 36, 720)).toEqual({ first: 0, end: 26 })
    expect(visibleRows(0, 0, 36, 720)).toEqual({ first: 0, end: 0 })
  })
})

describe("sameConfig", () => {
  const asked = { tokenizer_name: "gpt2", max_length: 512, padding: "max_length", add_special_tokens: true }
  it("takes null, absent and default for equal", () => {
    const kept = { ...asked, stride: null, packing: null, text_columns: ["text"] }
    expect(sameConfig(kept, asked, { text_columns: ["text"] })).toBe(true)
    expect(sameConfig(kept, { ...asked, text_columns: ["title"] }, { text_columns: ["text"] })).toBe(false)
    expect(sameConfig(kept, { ...asked, max_length: 256 }, { text_columns: ["text"] })).toBe(false)
  })
  it("looks at the packing alone where both pack", () => {
    const packed = { tokenizer_name: "gpt2", packing: { context_size: 128, shuffle: false } }
    expect(sameConfig({ ...packed, max_length: 512 }, packed)).toBe(true)
    expect(sameConfig(packed, { ...packed, packing: { context_size: 256, shuffle: false } })).toBe(false)
  })
})

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
