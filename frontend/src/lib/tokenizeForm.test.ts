import { describe, expect, it } from "vitest"
import { EMPTY_FORM, formErrors, toConfig } from "./tokenizeForm"

const form = { ...EMPTY_FORM, tokenizerName: "openai-community/gpt2" }

describe("formErrors", () => {
  it("accepts the defaults with a tokenizer", () => expect(formErrors(form)).toEqual({}))

  it.each(["", "../../etc/passwd", "/root", "a b", "x/y/z", "local:../x"])(
    "refuses the tokenizer %j",
    (tokenizerName) => expect(formErrors({ ...form, tokenizerName })).toHaveProperty("tokenizerName"),
  )

  it.each(["", "0", "-1", "1.5", "16777217", "x"])("refuses the length %j", (length) =>
    expect(formErrors({ ...form, length })).toHaveProperty("length"),
  )

  it("wants an overlap smaller than the length, and truncation for it", () => {
    expect(formErrors({ ...form, length: "64", stride: "64" })).toHaveProperty("stride")
    expect(formErrors({ ...form, stride: "8", truncation: "do_not_truncate" })).toHaveProperty("stride")
    expect(formErrors({ ...form, length: "64", stride: "8" })).toEqual({})
  })

  it("looks at no row option while packing", () =>
    expect(formErrors({ ...form, packed: true, stride: "nonsense", padToMultipleOf: "x" })).toEqual({}))
})

describe("toConfig", () => {
  it("sends the six options by their names", () =>
    expect(toConfig(form)).toEqual({
      tokenizer_name: "openai-community/gpt2",
      max_length: 512,
      padding: "max_length",
      truncation: "longest_first",
      add_special_tokens: true,
      return_attention_mask: true,
    }))

  it("sends no row option beside packing", () => {
    const config = toConfig({
      ...form,
      packed: true,
      length: "1024",
      beginSequence: "bos",
      separatorToken: "eos",
    })
    expect(config).toMatchObject({
      packing: {
        context_size: 1024,
        begin_batch_token: "bos",
        begin_sequence_token: "bos",
        sequence_separator_token: "eos",
      },
    })
    for (const name of ["max_length", "padding", "truncation", "stride"])
      expect(config).not.toHaveProperty(name)
  })

  it("sends text columns only when chosen, and none under a chat template", () => {
    const chosen = { ...form, textColumns: ["question", "answer"], separator: "\n\n" }
    expect(toConfig(chosen)).toMatchObject({ text_columns: ["question", "answer"], text_separator: "\n\n" })
    expect(toConfig({ ...chosen, chat: true })).not.toHaveProperty("text_columns")
  })
})
