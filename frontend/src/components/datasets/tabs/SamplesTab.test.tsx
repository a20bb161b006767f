import { screen, waitFor, within } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { beforeEach, describe, expect, it } from "vitest"
import { makeDatasetView, makeTokenization } from "@/test/factories"
import { show } from "@/test/render"
import { API, answers, server } from "@/test/server"
import { SamplesTab } from "./SamplesTab"

const ROWS = 1_000_000
const dataset = makeDatasetView({ num_samples: ROWS, splits: { train: ROWS, test: 40 } })
const asked: URLSearchParams[] = []

function row(index: number) {
  const texts = ["plain text", null, "", "مرحبا", { nested: [1, 2] }]
  return {
    row_idx: index,
    row: { id: index, text: texts[index % 5] ?? null },
    truncated_cells: index === 0 ? ["text"] : [],
  }
}

beforeEach(() => {
  asked.length = 0
  answers(`/datasets/${dataset.id}/tokenizations`, { items: [] })
  server.use(
    http.get(`${API}/datasets/${dataset.id}/samples`, ({ request }) => {
      const query = new URL(request.url).searchParams
      asked.push(query)
      const offset = Number(query.get("offset"))
      const total = query.get("q") ? 2 : query.get("split") === "test" ? 40 : ROWS
      const length = Math.max(0, Math.min(100, total - offset))
      return HttpResponse.json({
        features: [
          { feature_idx: 0, name: "id", type: { dtype: "int64", _type: "Value" } },
          { feature_idx: 1, name: "text", type: { dtype: "string", _type: "Value" } },
        ],
        rows: Array.from({ length }, (_, index) => row(offset + index)),
        num_rows_total: total,
        num_rows_per_page: 100,
        partial: false,
      })
    }),
  )
})

const open = (search = "") => show(<SamplesTab dataset={dataset} />, `/datasets/x/samples${search}`)
/** The line of a row number, once its cells are there. */
const line = (index: number) =>
  waitFor(() => {
    const found = document.querySelector<HTMLElement>(`[aria-rowindex="${index + 2}"]`)
    expect(found).toHaveTextContent(/\S/)
    return found as HTMLElement
  })

describe("SamplesTab", () => {
  it("shows values as they are: null, empty, right-to-left, nested", async () => {
    open()
    expect(await line(0)).toHaveTextContent("plain text …")
    expect(await line(1)).toHaveTextContent("null")
    expect(await line(2)).toHaveTextContent("empty")
    expect(within(await line(3)).getByText("مرحبا")).toHaveAttribute("dir", "auto")
    expect(await line(4)).toHaveTextContent('{"nested":[1,2]}')
  })

  it("draws and fetches only what is in sight of a million rows", async () => {
    open()
    await line(0)
    expect(screen.getByRole("table")).toHaveAttribute("aria-rowcount", String(ROWS + 1))
    expect(screen.getAllByRole("row").length).toBeLessThan(60)
    expect(asked.every((query) => query.get("limit") === "100")).toBe(true)
    expect(new Set(asked.map((query) => query.get("offset")))).toEqual(new Set(["0"]))
  })

  it("jumps to a row by its number, far down", async () => {
    const { user, router } = open()
    await line(0)
    await user.type(screen.getByRole("textbox", { name: "Go to row" }), "654321{Enter}")
    expect(router.state.location.search).toBe("?row=654321")
    expect(await screen.findByRole("complementary", { name: "Row 654,321" })).toBeInTheDocument()
    expect(asked.at(-1)?.get("offset")).toMatch(/^6543/)
  })

  it("walks by j and k and opens the whole of a cell", async () => {
    const { user } = open()
    await line(0)
    await user.keyboard("j")
    const inspector = await screen.findByRole("complementary", { name: "Row 0" })
    answers(`/datasets/${dataset.id}/samples/cell`, {
      split: "train",
      row_idx: 0,
      column: "text",
      value: "plain text and all the rest",
    })
    await user.click(within(inspector).getByRole("button", { name: "Show all of it" }))
    expect(await within(inspector).findByText("plain text and all the rest")).toBeInTheDocument()
    await user.click(within(inspector).getByRole("button", { name: "Show whitespace" }))
    expect(within(inspector).getByText("plain·text·and·all·the·rest")).toBeInTheDocument()
    await user.keyboard("jjk")
    expect(await screen.findByRole("complementary", { name: "Row 1" })).toBeInTheDocument()
  })

  it("searches on the server, marks the hits, and keeps it in the address", async () => {
    const { user, router } = open()
    await line(0)
    await user.type(screen.getByRole("textbox", { name: "Search in the samples" }), "TEXT")
    await waitFor(() => expect(router.state.location.search).toBe("?find=TEXT"))
    await waitFor(() => expect(document.querySelector("mark")).toHaveTextContent("text"))
    expect(asked.at(-1)?.get("q")).toBe("TEXT")
    expect(screen.getByRole("table")).toHaveAttribute("aria-rowcount", "3")
  })

  it("changes the split", async () => {
    const { user } = open()
    await line(0)
    await user.selectOptions(screen.getByRole("combobox", { name: "Split" }), "test")
    await waitFor(() => expect(screen.getByRole("table")).toHaveAttribute("aria-rowcount", "41"))
  })

  it("shows a result's rows as tokens", async () => {
    const item = makeTokenization()
    answers(`/datasets/${dataset.id}/tokenizations`, { items: [item] })
    answers(`/tokenizations/${item.id}/samples`, {
      features: [],
      rows: [
        {
          row_idx: 0,
          row: {
            input_ids: [7, 9, 0, 0],
            attention_mask: [1, 1, 0, 0],
            pieces: ["Hel", "lo", "<pad>", "<pad>"],
          },
          truncated_cells: [],
        },
      ],
      num_rows_total: 1,
      num_rows_per_page: 10,
      partial: false,
    })
    const { user } = open()
    await user.selectOptions(
      await screen.findByRole("combobox", { name: "Show rows as" }),
      "Tokens: gpt2 · 512",
    )
    expect(await screen.findByText("Row 0 · 2 tokens · 2 padding")).toBeInTheDocument()
    expect(screen.getByRole("slider", { name: "Row 0 as tokens" })).toHaveTextContent("Hello")
  })
})
