import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, describe, expect, it } from "vitest"
import { makeDataset, makeDatasetView, makeStatistics, makeTokenization } from "@/test/factories"
import { show } from "@/test/render"
import { answers } from "@/test/server"
import { change } from "../compare/CompareTable"
import { ComparePanel } from "./ComparePanel"

const dataset = makeDataset({ name: "stories", status: "TOKENIZED" })
const a = makeTokenization({ dataset_id: dataset.id })
const total = makeStatistics({ num_tokens: 3_093_094, tokens_lost: 0 })
const b = makeTokenization({
  dataset_id: dataset.id,
  tokenizer_name: "acme/bpe",
  statistics: { total, splits: {}, split_distribution: {} },
})

beforeEach(() => {
  answers("/jobs", { items: [], total: 0, next_cursor: null })
  answers("/datasets", { items: [dataset], total: 1, next_cursor: null })
  answers(`/datasets/${dataset.id}`, makeDatasetView(dataset))
  answers(`/datasets/${dataset.id}/tokenizations`, { items: [a, b] })
  answers(`/tokenizations/${a.id}`, a)
  answers(`/tokenizations/${b.id}`, b)
})

describe("ComparePanel", () => {
  it("shows two tokenizations of the address side by side, with the change", async () => {
    show(<ComparePanel />, `/compare?a=${a.id}&b=${b.id}`)
    expect(await screen.findByRole("row", { name: /^Tokens 2,811,904 3,093,094 \+10 %/ })).toBeInTheDocument()
    expect(screen.getByRole("row", { name: /^Tokens lost 184,220 0 −100 %/ })).toBeInTheDocument()
    expect(screen.getByRole("slider", { name: "What a maximum length keeps" })).toBeInTheDocument()
  })

  it("names the dataset of the address even when no list shows it", async () => {
    answers("/datasets", { items: [], total: 0, next_cursor: null })
    show(<ComparePanel />, `/compare?a=${a.id}`)
    await waitFor(() =>
      expect(screen.getByRole("combobox", { name: "A: dataset" })).toHaveDisplayValue("stories"),
    )
  })

  it("lets both be chosen, and keeps the choice in the address", async () => {
    const { user, router } = show(<ComparePanel />, `/compare?a=${a.id}`)
    await screen.findAllByRole("option", { name: "gpt2 · 512" })
    await user.selectOptions(screen.getByRole("combobox", { name: "B: dataset" }), "stories")
    const second = screen.getByRole("combobox", { name: "B: tokenization" })
    await user.selectOptions(second, await within(second).findByRole("option", { name: "bpe · 512" }))
    await waitFor(() => expect(router.state.location.search).toBe(`?a=${a.id}&b=${b.id}`))
    expect(await screen.findByRole("table")).toBeInTheDocument()
  })
})

describe("change", () => {
  it.each([
    [100, 112.4, "+12.4 %"],
    [100, 87.6, "−12.4 %"],
    [100, 100, "="],
    [0, 0, "="],
    [0, 5, "—"],
    [null, 5, "—"],
    [1e6, 1e6 + 1, "+< 0.1 %"],
  ])("from %s to %s is %s", (from, to, words) => expect(change(from, to)).toBe(words))
})
