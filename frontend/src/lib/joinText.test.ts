import { describe, expect, it } from "vitest"
import { escapeSeparator, joinText, unescapeSeparator } from "./joinText"

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
