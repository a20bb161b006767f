import { screen, waitFor, within } from "@testing-library/react"
import { describe, expect, it } from "vitest"
import type { ExportView } from "@/api/types"
import { id, makeDatasetView, makeTokenization } from "@/test/factories"
import { show } from "@/test/render"
import { answers, receives } from "@/test/server"
import { DownloadTab } from "./DownloadTab"

const dataset = makeDatasetView({ repo_id: "acme/tiny", source: "HUGGINGFACE" })

function makeExport(part: Partial<ExportView> = {}): ExportView {
  return {
    id: id(),
    tokenization_id: id(),
    format: "parquet",
    options: { format: "parquet", split: null },
    state: "succeeded",
    progress: 100,
    path: "exports/x/y",
    size_bytes: 2_000_000,
    num_rows: { train: 10 },
    files: [{ path: "data/train 1.parquet", size_bytes: 2_000_000 }],
    details: null,
    error: null,
    created_at: "2026-11-20T10:00:00Z",
    finished_at: "2026-11-20T10:00:09Z",
    ...part,
  }
}

function open(tokenization: ReturnType<typeof makeTokenization>, exports: ExportView[] = []) {
  answers(`/datasets/${dataset.id}/tokenizations`, { items: [tokenization] })
  answers(`/tokenizations/${tokenization.id}/exports`, { items: exports })
  return show(<DownloadTab dataset={dataset} />)
}

describe("DownloadTab", () => {
  it("gives the paths and the code that reads them", async () => {
    open(makeTokenization())
    expect(screen.getByText(/dataset = load_from_disk\("datasets\/raw/)).toBeInTheDocument()
    expect(await screen.findByText(/tokens = load_from_disk\("datasets\/tokenized/)).toBeInTheDocument()
    expect(screen.getByRole("link", { name: "Download another part or revision" })).toHaveAttribute(
      "href",
      "/datasets/new/hub?name=acme%2Ftiny",
    )
  })

  it("exports, and offers SAELens for packed results alone", async () => {
    const tokenization = makeTokenization()
    const { user } = open(tokenization)
    await user.click(await screen.findByRole("button", { name: "Export gpt2 · 512 as" }))
    expect(await screen.findByRole("menuitem", { name: "Parquet" })).toBeInTheDocument()
    expect(screen.queryByRole("menuitem", { name: /SAELens/ })).not.toBeInTheDocument()
    const accepted = { dataset: null, tokenization: null, job: null, task_id: null, export: makeExport() }
    const sent = receives("post", `/tokenizations/${tokenization.id}/export`, accepted)
    await user.click(screen.getByRole("menuitem", { name: "JSON lines" }))
    await waitFor(() => expect(sent[0]?.body).toEqual({ format: "jsonl" }))
  })

  it("lists files to save and says why an export failed", async () => {
    const done = makeExport()
    const error = {
      code: "DISK_FULL",
      title: "There is not enough free disk space.",
      detail: "Free some.",
      extra: {},
    }
    const failed = makeExport({ state: "failed", format: "bin", files: null, size_bytes: null, error })
    const { user } = open(makeTokenization({ max_length: null, context_size: 128 }), [done, failed])
    const list = await screen.findByRole("list", { name: "Exports" })
    expect(within(list).getByRole("link", { name: /train 1.parquet/ })).toHaveAttribute(
      "href",
      `/api/v1/exports/${done.id}/files/data/train%201.parquet`,
    )
    expect(within(list).getByText("DISK_FULL")).toBeInTheDocument()
    const sent = receives("delete", `/exports/${done.id}`, {
      dataset: null,
      tokenization: null,
      job: null,
      task_id: null,
    })
    await user.click(within(list).getByRole("button", { name: "Delete the parquet export" }))
    await waitFor(() => expect(sent).toHaveLength(1))
  })
})
