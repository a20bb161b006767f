import { act, screen } from "@testing-library/react"
import { describe, expect, it } from "vitest"
import { useDatasetsStore } from "@/stores/datasetsStore"
import { makeBrief, makeDataset, makeEvent, makeJob } from "@/test/factories"
import { show } from "@/test/render"
import { answers, receives } from "@/test/server"
import { DatasetCard } from "./DatasetCard"

describe("DatasetCard", () => {
  it("shows name, source, status, samples, size and tokenizations", () => {
    const tokenizations = [
      makeBrief(),
      makeBrief({ tokenizer_name: "acme/bpe", max_length: null, context_size: 1024 }),
    ]
    show(<DatasetCard dataset={makeDataset({ status: "TOKENIZED", tokenizations })} />)
    expect(screen.getByRole("link", { name: "interviews" })).toHaveAttribute(
      "href",
      expect.stringContaining("/datasets/"),
    )
    expect(screen.getByText("File")).toBeInTheDocument()
    expect(screen.getByText("Tokenized")).toBeInTheDocument()
    expect(screen.getByTitle("12,480 samples")).toHaveTextContent("12.5 k samples")
    expect(screen.getByText("gpt2 · 512")).toBeInTheDocument()
    expect(screen.getByText("bpe · packed 1,024")).toBeInTheDocument()
  })

  it("shows what is unknown as a dash", () => {
    show(
      <DatasetCard
        dataset={makeDataset({ num_samples: null, size_bytes: null, splits: null, status: "PENDING" })}
      />,
    )
    expect(screen.getByText("— samples")).toBeInTheDocument()
    expect(screen.queryByText(/\b0\b/)).not.toBeInTheDocument()
  })

  it("follows its job live, and cancels it", async () => {
    const job = makeJob()
    const dataset = makeDataset({ active_jobs: [job], status: "PROCESSING" })
    const { user } = show(<DatasetCard dataset={dataset} />)
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "42")

    act(() =>
      useDatasetsStore
        .getState()
        .applyProgress([makeEvent({ dataset_id: dataset.id, job_id: job.id, progress: 87.2, seq: 9 })]),
    )
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "87")

    const sent = receives("post", `/jobs/${job.id}/cancel`, { ...job, state: "cancelling" })
    answers(`/datasets/${dataset.id}`, dataset)
    await user.click(screen.getByRole("button", { name: "Cancel: Tokenize interviews" }))
    expect(sent).toHaveLength(1)
  })

  it("claims no share while the total is unknown", () => {
    const job = makeJob({ progress: null, total: null, done: 120_400, eta_s: null })
    show(<DatasetCard dataset={makeDataset({ active_jobs: [job] })} />)
    expect(screen.getByRole("progressbar")).not.toHaveAttribute("aria-valuenow")
    expect(screen.getByRole("article")).not.toHaveTextContent("%")
  })

  it("says why it failed", () => {
    const error = { code: "HUB_GATED", title: "Access must be asked for.", detail: "", extra: {} }
    show(<DatasetCard dataset={makeDataset({ status: "ERROR", error })} />)
    expect(screen.getByText("Failed")).toBeInTheDocument()
    expect(screen.getByText("Access must be asked for.")).toBeInTheDocument()
  })

  it("can be ticked", async () => {
    const dataset = makeDataset()
    const { user } = show(<DatasetCard dataset={dataset} />)
    await user.click(screen.getByRole("checkbox", { name: "Select interviews" }))
    expect(useDatasetsStore.getState().marked).toEqual(new Set([dataset.id]))
  })
})
