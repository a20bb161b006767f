import { describe, expect, it } from "vitest"
import { tokenizationLabel } from "./tokenizationName"

describe("tokenizationLabel", () => {
  it("labels a tokenization by its tokenizer and length", () => {
    const gpt2 = { tokenizer_name: "openai-community/gpt2", max_length: 512, context_size: null }
    expect(tokenizationLabel(gpt2)).toBe("gpt2 · 512")
    expect(tokenizationLabel({ ...gpt2, max_length: null, context_size: 2048 })).toBe("gpt2 · packed 2,048")
  })
})
