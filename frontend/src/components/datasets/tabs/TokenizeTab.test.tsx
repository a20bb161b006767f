import { screen, waitFor } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { beforeEach, describe, expect, it } from "vitest"
import type { TokenPiece } from "@/api/types"
import { makeDatasetView, makeJob, makeSettings, makeTokenization } from "@/test/factories"
import { show } from "@/test/render"
import { API, answers, problem, receives, server } from "@/test/server"
import { TokenizeTab } from "./TokenizeTab"

const piece = (id: number, text: string, part: Partial<TokenPiece> = {}): TokenPiece => ({
  id,
  token: text,
  text,
  start: 0,
  end: text.length,
  byte_start: 0,
  byte_end: text.length,
  special: false,
  truncated: false,
  padding: false,
  partial: false,
  ...part,
})

const tokenizer = {
  name: "local:demo",
  fingerprint: "f",
  tokenizer_class: "PreTrainedTokenizerFast",
  model_type: "BPE",
  is_fast: true,
  vocab_size: 4096,
  model_max_length: 1024,
  special_tokens: { bos_token: "<bos>", bos_token_id: 0 },
}
const estimate = (value: number, spread = 0) => ({ value, low: value - spread, high: value + spread })
const dryRun = {
  sampled_samples: 2000,
  total_samples: 12_480,
  num_tokens: estimate(2_811_904, 9000),
  num_rows: estimate(12_480),
  size_bytes: estimate(25_559_040),
  duration_s: estimate(134, 20),
  tokens_lost_share: estimate(0.066),
  padding_share: estimate(0.56),
  truncation_curve: [16, 64, 256, 1024].map((max_length) => ({
    max_length,
    tokens_kept: 0.9,
    samples_kept_whole: 0.8,
  })),
  engine: { name: "fastokens", version: "0.3.5" },
  tokenizer,
}
const nothing = { dataset: null, tokenization: null, job: null, task_id: null, dry_run: null }

const dataset = makeDatasetView({ splits: { train: 12_480 } })
const asked: unknown[] = []

beforeEach(() => {
  asked.length = 0
  answers("/settings", makeSettings())
  answers("/hub/tokenizers", [])
  answers(`/datasets/${dataset.id}/tokenizations`, { items: [] })
  receives("post", "/tokenizers/preview", {
    texts: ["Hello"],
    results: [
      {
        config: { tokenizer_name: "local:demo" },
        tokenizer,
        error: null,
        rows: [
          {
            pieces: [
              piece(0, "<bos>", { special: true }),
              piece(7, "Hel"),
              piece(9, "lo"),
              piece(11, "!", { truncated: true }),
            ],
            num_tokens: 3,
            num_truncated: 1,
            num_padding: 509,
            num_characters: 6,
            num_bytes: 6,
          },
        ],
      },
    ],
  })
  server.use(
    http.post(`${API}/datasets/:id/tokenize`, async ({ request }) => {
      if (new URL(request.url).searchParams.get("dry_run"))
        return HttpResponse.json({ ...nothing, dry_run: dryRun })
      asked.push(await request.json())
      return HttpResponse.json({ ...nothing, dataset, job: makeJob() }, { status: 202 })
    }),
  )
})

async function choose() {
  const view = show(<TokenizeTab dataset={dataset} />)
  await view.user.click(screen.getByRole("combobox", { name: "Tokenizer" }))
  await view.user.click(await screen.findByRole("option", { name: /local:demo/ }))
  return view
}

describe("TokenizeTab", () => {
  it("says what will be made, and makes it with the defaults", async () => {
    const { user, router } = await choose()
    await user.click(screen.getByRole("button", { name: "Tokenize 12,480 samples" }))
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(asked[0]).toEqual({
      tokenizer_name: "local:demo",
      max_length: 512,
      padding: "max_length",
      truncation: "longest_first",
      add_special_tokens: true,
      return_attention_mask: true,
    })
    await waitFor(() => expect(router.state.location.pathname).toBe(`/datasets/${dataset.id}/overview`))
  })

  it("sends every option as it was chosen", async () => {
    const { user } = await choose()
    const length = screen.getByRole("textbox", { name: "Maximum length" })
    await user.clear(length)
    await user.type(length, "128")
    await user.selectOptions(screen.getByRole("combobox", { name: "Padding" }), "longest")
    await user.selectOptions(screen.getByRole("combobox", { name: "Truncation" }), "only_first")
    await user.click(screen.getByRole("switch", { name: "Special tokens" }))
    await user.click(screen.getByRole("switch", { name: "Attention mask" }))
    await user.click(screen.getByText("More"))
    await user.type(screen.getByRole("textbox", { name: "Overlap" }), "16")
    await user.click(screen.getByRole("checkbox", { name: "label" }))
    await user.click(screen.getByRole("button", { name: /^Tokenize/ }))
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(asked[0]).toMatchObject({
      max_length: 128,
      padding: "longest",
      truncation: "only_first",
      add_special_tokens: false,
      return_attention_mask: false,
      stride: 16,
      text_columns: ["text", "label"],
    })
  })

  it("packs without any row option", async () => {
    const { user } = await choose()
    await user.click(screen.getByRole("radio", { name: "Packed" }))
    expect(screen.queryByRole("combobox", { name: "Padding" })).not.toBeInTheDocument()
    await user.click(screen.getByRole("button", { name: /^Tokenize/ }))
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(asked[0]).toMatchObject({ packing: { context_size: 512, begin_batch_token: "bos" } })
    expect(asked[0]).not.toHaveProperty("max_length")
  })

  it("says at the field what is wrong, and sends nothing", async () => {
    const { user } = show(<TokenizeTab dataset={dataset} />)
    await user.clear(screen.getByRole("textbox", { name: "Maximum length" }))
    await user.click(screen.getByRole("button", { name: /^Tokenize/ }))
    expect(screen.getByText("Choose a tokenizer.")).toBeInTheDocument()
    expect(screen.getByRole("textbox", { name: "Maximum length" })).toBeInvalid()
    expect(asked).toEqual([])
  })

  it("shows real rows as tokens, which the arrow keys reach", async () => {
    const { user } = await choose()
    const strip = await screen.findByRole("slider", { name: "Row 0 as tokens" })
    expect(screen.getByText("3 tokens · 6 characters · 1 cut off · 509 padding")).toBeInTheDocument()
    strip.focus()
    await user.keyboard("{ArrowRight}{ArrowRight}")
    expect(strip).toHaveAttribute("aria-valuetext", 'id 7 · "Hel" · characters 0–3')
    await user.keyboard("{ArrowRight}{ArrowRight}")
    expect(strip).toHaveAttribute("aria-valuetext", 'id 11 · "!" · characters 0–1 · cut off')
  })

  it("forecasts tokens, size, time and loss with their intervals", async () => {
    await choose()
    const forecast = await screen.findByRole("region", { name: "Forecast" }, { timeout: 4000 })
    expect(forecast).toHaveTextContent("From 2,000 of 12,480 samples")
    expect(forecast).toHaveTextContent("≈ 2.81 M")
    expect(forecast).toHaveTextContent("2.80 M to 2.82 M")
    expect(forecast).toHaveTextContent("6.6 %")
    expect(screen.getByRole("slider", { name: "Maximum length" })).toHaveAttribute(
      "aria-valuetext",
      "512 tokens",
    )
  })

  it("offers the equal result instead of a second run", async () => {
    const item = makeTokenization({
      dataset_id: dataset.id,
      config: {
        ...makeTokenization().config,
        tokenizer_name: "local:demo",
        text_columns: ["text"],
        stride: null,
      },
    })
    answers(`/datasets/${dataset.id}/tokenizations`, { items: [item] })
    await choose()
    expect(await screen.findByText(/This result exists already: 2,811,904 tokens/)).toBeInTheDocument()
    expect(screen.getByRole("link", { name: "Open it" })).toHaveAttribute(
      "href",
      `/datasets/${dataset.id}/statistics?tokenization=${item.id}`,
    )
  })

  it("shows why the server refused", async () => {
    const { user } = await choose()
    server.use(
      http.post(`${API}/datasets/:id/tokenize`, () =>
        problem(422, "NO_PAD_TOKEN", "It has no padding token."),
      ),
    )
    await user.click(screen.getByRole("button", { name: /^Tokenize/ }))
    expect((await screen.findAllByText("NO_PAD_TOKEN")).length).toBeGreaterThan(0)
  })
})
