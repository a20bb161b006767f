import { describe, expect, it } from "vitest"
import { sameConfig } from "./sameConfig"

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
