import { screen, waitFor, within } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { beforeEach, describe, expect, it } from "vitest"
import { makeDataset } from "@/test/factories"
import { show } from "@/test/render"
import { API, answers, problem, receives, server } from "@/test/server"
import { DatasetsPanel } from "./DatasetsPanel"

const page = (items: unknown[], total = items.length, next_cursor: string | null = null) => ({
  items,
  total,
  next_cursor,
})

beforeEach(() => answers("/jobs", page([])))

describe("DatasetsPanel", () => {
  it("shows the datasets and how many there are", async () => {
    answers("/datasets", page([makeDataset({ name: "one" }), makeDataset({ name: "two" })]))
    show(<DatasetsPanel />, "/datasets")
    expect(await screen.findByRole("link", { name: "one" })).toBeInTheDocument()
    expect(screen.getByRole("heading", { name: /Datasets 2/ })).toBeInTheDocument()
  })

  it("asks the server for what is searched and filtered, and keeps it in the address", async () => {
    const asked: string[] = []
    server.use(
      http.get(`${API}/datasets`, ({ request }) => {
        asked.push(new URL(request.url).search)
        return HttpResponse.json(page([makeDataset()]))
      }),
    )
    const { user, router } = show(<DatasetsPanel />, "/datasets?status=ERROR")
    await screen.findByRole("article")
    await user.type(screen.getByRole("textbox", { name: "Search datasets" }), "wiki")
    await waitFor(() => expect(asked.at(-1)).toContain("q=wiki"))
    expect(asked.at(-1)).toContain("status=ERROR")

    await user.click(screen.getByRole("button", { name: "Source: all" }))
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Hub" }))
    await waitFor(() => expect(asked.at(-1)).toContain("source=HUGGINGFACE"))
    expect(router.state.location.search).toBe("?status=ERROR&q=wiki&source=HUGGINGFACE")
  })

  it("fetches the next page when its end comes into sight", async () => {
    const items = Array.from({ length: 6 }, (_, index) => makeDataset({ name: `dataset ${index}` }))
    server.use(
      http.get(`${API}/datasets`, ({ request }) =>
        new URL(request.url).searchParams.get("cursor") === "next"
          ? HttpResponse.json(page(items.slice(3), 6))
          : HttpResponse.json(page(items.slice(0, 3), 6, "next")),
      ),
    )
    show(<DatasetsPanel />, "/datasets")
    expect(await screen.findByRole("link", { name: "dataset 5" })).toBeInTheDocument()
  })

  it("opens three doors while there is nothing, and starts the sample", async () => {
    answers("/datasets", page([]))
    const dataset = makeDataset({ name: "sample" })
    const sent = receives("post", "/datasets/demo", { dataset, tokenization: null, job: null, task_id: null })
    const { user, router } = show(<DatasetsPanel />, "/datasets")
    await user.click(await screen.findByRole("button", { name: /Try the sample/ }))
    await waitFor(() => expect(router.state.location.pathname).toBe(`/datasets/${dataset.id}`))
    expect(sent).toHaveLength(1)
  })

  it("says that nothing fits, and takes the filters back", async () => {
    answers("/datasets", page([]))
    const { user, router } = show(<DatasetsPanel />, "/datasets?q=nothing")
    await screen.findByRole("heading", { name: "No dataset fits" })
    await user.click(screen.getAllByRole("button", { name: "Clear filters" })[0] as HTMLElement)
    expect(router.state.location.search).toBe("")
  })

  it("shows an error where the list would be, and tries again", async () => {
    server.use(
      http.get(`${API}/datasets`, () => problem(500, "INTERNAL_ERROR", "Something went wrong."), {
        once: true,
      }),
    )
    const { user } = show(<DatasetsPanel />, "/datasets")
    const alert = await screen.findByRole("alert")
    expect(alert).toHaveTextContent("INTERNAL_ERROR")
    answers("/datasets", page([makeDataset({ name: "back" })]))
    await user.click(within(alert).getByRole("button", { name: "Try again" }))
    expect(await screen.findByRole("link", { name: "back" })).toBeInTheDocument()
  })

  it("deletes the ticked datasets after saying what is freed", async () => {
    const [one, two] = [makeDataset({ name: "one" }), makeDataset({ name: "two" })]
    answers("/datasets", page([one, two]))
    const { user } = show(<DatasetsPanel />, "/datasets")
    for (const box of await screen.findAllByRole("checkbox")) await user.click(box)
    const bar = await screen.findByRole("region", { name: "Selected datasets" })
    await user.click(within(bar).getByRole("button", { name: "Delete" }))
    const question = await screen.findByRole("dialog", { name: "Delete 2 datasets?" })
    expect(question).toHaveTextContent("frees 36.8 MB")

    const gone = [one, two].map(({ id }) =>
      receives("delete", `/datasets/${id}`, { dataset: null, tokenization: null, job: null, task_id: null }),
    )
    answers("/datasets", page([]))
    await user.click(within(question).getByRole("button", { name: "Delete 2 datasets" }))
    await waitFor(() => expect(screen.queryByRole("article")).not.toBeInTheDocument())
    expect(gone.flat()).toHaveLength(2)
  })

  it("moves over the cards by j and k, and to the search by /", async () => {
    answers("/datasets", page([makeDataset({ name: "one" }), makeDataset({ name: "two" })]))
    const { user } = show(<DatasetsPanel />, "/datasets")
    await screen.findByRole("link", { name: "one" })
    await user.keyboard("jj")
    expect(screen.getByRole("link", { name: "two" })).toHaveFocus()
    await user.keyboard("k")
    expect(screen.getByRole("link", { name: "one" })).toHaveFocus()
    await user.keyboard("/")
    expect(screen.getByRole("textbox", { name: "Search datasets" })).toHaveFocus()
  })
})
