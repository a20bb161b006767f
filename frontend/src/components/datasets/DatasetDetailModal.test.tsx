import { screen, waitFor, within } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { describe, expect, it } from "vitest"
import { makeDatasetView, makeJob, makeTokenization } from "@/test/factories"
import { show } from "@/test/render"
import { API, answers, problem, receives, server } from "@/test/server"
import { DatasetDetailModal } from "./DatasetDetailModal"

function open(dataset = makeDatasetView(), tab = "") {
  answers(`/datasets/${dataset.id}`, dataset)
  answers(`/datasets/${dataset.id}/tokenizations`, { items: [] })
  return show(<DatasetDetailModal />, `/datasets/${dataset.id}${tab}?q=kept`, "/datasets/:datasetId/:tab?")
}

describe("DatasetDetailModal", () => {
  it("shows the facts, and opens each tab at an address of its own", async () => {
    const dataset = makeDatasetView()
    const { user, router } = open(dataset)
    expect(await screen.findByRole("dialog", { name: "interviews" })).toBeInTheDocument()
    expect(await screen.findByText("interviews.csv")).toBeInTheDocument()
    await user.click(screen.getByRole("tab", { name: "Download" }))
    expect(router.state.location.pathname).toBe(`/datasets/${dataset.id}/download`)
    expect(await screen.findByText(/load_from_disk\("datasets\/raw/)).toBeInTheDocument()
    await user.keyboard("{ArrowLeft}")
    expect(screen.getByRole("tab", { name: "Samples" })).toHaveFocus()
  })

  it("closes by Escape, back to the panel as it was filtered", async () => {
    const { user, router } = open()
    await screen.findByRole("dialog")
    await user.keyboard("{Escape}")
    expect(router.state.location).toMatchObject({ pathname: "/datasets", search: "?q=kept" })
  })

  it("says that a dataset is gone, and leads back", async () => {
    server.use(
      http.get(`${API}/datasets/gone`, () => problem(404, "DATASET_NOT_FOUND", "There is no such dataset.")),
    )
    const { user, router } = show(<DatasetDetailModal />, "/datasets/gone", "/datasets/:datasetId/:tab?")
    expect(await screen.findByRole("alert")).toHaveTextContent("DATASET_NOT_FOUND")
    await user.click(screen.getByRole("button", { name: "Back to the datasets" }))
    expect(router.state.location.pathname).toBe("/datasets")
  })

  it("renames, and says when the name is taken", async () => {
    const dataset = makeDatasetView()
    const { user } = open(dataset)
    await user.click(await screen.findByRole("button", { name: "Actions" }))
    await user.click(await screen.findByRole("menuitem", { name: "Rename" }))
    const box = await screen.findByRole("dialog", { name: "Rename dataset" })
    const field = within(box).getByRole("textbox", { name: "Name" })
    await user.clear(field)
    await user.type(field, "letters")

    server.use(
      http.patch(`${API}/datasets/:id`, () => problem(409, "NAME_TAKEN", "This name is taken."), {
        once: true,
      }),
    )
    await user.click(within(box).getByRole("button", { name: "Rename" }))
    expect(await within(box).findByText("This name is taken.")).toBeInTheDocument()

    const sent = receives("patch", `/datasets/${dataset.id}`, { ...dataset, name: "letters" }, 200)
    await user.click(within(box).getByRole("button", { name: "Rename" }))
    await waitFor(() => expect(sent[0]?.body).toEqual({ name: "letters" }))
  })

  it("says what deleting loses and frees before it deletes", async () => {
    const dataset = makeDatasetView({ tokenizations: [makeTokenization()] })
    const { user, router } = open(dataset)
    await user.click(await screen.findByRole("button", { name: "Actions" }))
    await user.click(await screen.findByRole("menuitem", { name: "Delete dataset" }))
    const box = await screen.findByRole("dialog", { name: "Delete this dataset?" })
    expect(box).toHaveTextContent(
      "interviews, 12,480 samples and 1 tokenization of it will be lost; this frees 18.4 MB",
    )
    const sent = receives("delete", `/datasets/${dataset.id}`, {
      dataset: null,
      tokenization: null,
      job: null,
      task_id: null,
    })
    await user.click(within(box).getByRole("button", { name: "Delete dataset" }))
    await waitFor(() => expect(sent).toHaveLength(1))
    expect(router.state.location.pathname).toBe("/datasets")
  })

  it("changes which columns are text", async () => {
    const dataset = makeDatasetView()
    const { user } = open(dataset)
    expect(await screen.findByRole("checkbox", { name: "Use text as text" })).toBeDisabled()
    const sent = receives("patch", `/datasets/${dataset.id}`, dataset, 200)
    await user.click(screen.getByRole("checkbox", { name: "Use label as text" }))
    await waitFor(() => expect(sent[0]?.body).toEqual({ text_columns: ["text", "label"] }))
  })

  it("lists its jobs", async () => {
    const dataset = makeDatasetView()
    answers("/jobs", { items: [makeJob({ dataset_id: dataset.id })], total: 1, next_cursor: null })
    open(dataset, "/jobs")
    expect(await screen.findByText("Tokenize · gpt2")).toBeInTheDocument()
  })

  it("lists and deletes tokenizations", async () => {
    const dataset = makeDatasetView()
    const item = makeTokenization({ dataset_id: dataset.id })
    const { user } = open(dataset)
    answers(`/datasets/${dataset.id}/tokenizations`, { items: [item] })
    await user.click(await screen.findByRole("button", { name: "Delete gpt2 · 512" }))
    const box = await screen.findByRole("dialog", { name: "Delete gpt2 · 512?" })
    expect(box).toHaveTextContent("2.81 M tokens are lost and 25.6 MB are freed")
    let deleted = false
    server.use(
      http.delete(`${API}/tokenizations/${item.id}`, () => {
        deleted = true
        return HttpResponse.json(
          { dataset: null, tokenization: null, job: null, task_id: null },
          { status: 202 },
        )
      }),
    )
    await user.click(within(box).getByRole("button", { name: "Delete tokenization" }))
    await waitFor(() => expect(deleted).toBe(true))
  })
})
