import { screen, within } from "@testing-library/react"
import { describe, expect, it } from "vitest"
import { makeTokenization } from "@/test/factories"
import { show } from "@/test/render"
import { answers } from "@/test/server"
import { StatisticsTab } from "./StatisticsTab"

function open(...tokenizations: ReturnType<typeof makeTokenization>[]) {
  answers("/datasets/d/statistics", {
    dataset_id: "d",
    num_samples: 12_480,
    splits: {},
    columns: [],
    tokenizations,
    latest: null,
  })
  return show(<StatisticsTab datasetId="d" />)
}

describe("StatisticsTab", () => {
  it("shows tokens, samples, average length and unique tokens, exact and without padding", async () => {
    open(makeTokenization())
    expect(await screen.findByText("2,811,904, padding not counted")).toBeInTheDocument()
    expect(screen.getByText("12,480, one row each")).toBeInTheDocument()
    expect(screen.getByText("225.3")).toBeInTheDocument()
    expect(screen.getByText("42.4 % of the vocabulary of 50,257")).toBeInTheDocument()
  })

  it("gives each chart as numbers too", async () => {
    const { user } = open(makeTokenization())
    const figure = (await screen.findByText("Sequence lengths")).closest("figure") as HTMLElement
    await user.click(within(figure).getByRole("radio", { name: "Table" }))
    const row = within(figure).getByRole("row", { name: /200 to 499 tokens/ })
    expect(row).toHaveTextContent("5,002")
    await user.click(within(figure).getByRole("radio", { name: "Fine" }))
    expect(within(figure).getByRole("row", { name: /^0 to 7 tokens/ })).toBeInTheDocument()
  })

  it("reads out a bar by keyboard", async () => {
    const { user } = open(makeTokenization())
    const chart = await screen.findByRole("slider", { name: "Histogram of sequence lengths" })
    chart.focus()
    await user.keyboard("{End}{ArrowLeft}{Home}{ArrowRight}")
    expect(chart).toHaveAttribute("aria-valuetext", "50 to 99 tokens: 1,820 sequences (14.6 %)")
  })

  it("shows one split alone", async () => {
    const { user } = open(makeTokenization())
    await user.selectOptions(await screen.findByRole("combobox", { name: "Split" }), "test")
    expect(screen.getByText("101,220, padding not counted")).toBeInTheDocument()
  })

  it("changes between tokenizations, and leads to their comparison", async () => {
    const packed = makeTokenization({ max_length: null, context_size: 1024 })
    const { user, router } = open(makeTokenization(), packed)
    await user.selectOptions(
      await screen.findByRole("combobox", { name: "Tokenization" }),
      "gpt2 · packed 1,024",
    )
    expect(router.state.location.search).toBe(`?tokenization=${packed.id}`)
    expect(screen.getByRole("link", { name: "Compare" })).toHaveAttribute(
      "href",
      expect.stringContaining(`a=${packed.id}`),
    )
  })

  it("leads to tokenizing while there are none", async () => {
    open()
    expect(await screen.findByRole("link", { name: "Tokenize this dataset" })).toHaveAttribute(
      "href",
      "/datasets/d/tokenize",
    )
  })
})
