import { act, screen, waitFor, within } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { beforeEach, describe, expect, it } from "vitest"
import { useDatasetsStore } from "@/stores/datasetsStore"
import { id, makeEvent, makeJob } from "@/test/factories"
import { show } from "@/test/render"
import { API, answers, receives, server } from "@/test/server"
import { JobsPanel } from "./JobsPanel"

const page = (items: unknown[]) => ({ items, total: items.length, next_cursor: null })
const failed = makeJob({
  state: "failed",
  dataset_id: id(),
  progress: null,
  finished_at: "2026-11-20T10:02:14Z",
  error: {
    code: "DISK_FULL",
    title: "There is not enough free disk space.",
    detail: "24.1 GB are needed.",
    extra: {},
  },
})

let asked: URLSearchParams[] = []
beforeEach(() => {
  asked = []
})

function open(jobs: unknown[], path = "/jobs") {
  server.use(
    http.get(`${API}/jobs`, ({ request }) => {
      asked.push(new URL(request.url).searchParams)
      return HttpResponse.json(page(jobs))
    }),
  )
  return show(<JobsPanel />, path)
}

describe("JobsPanel", () => {
  it("shows stage, share, done of total, rate and time left of what runs, live", async () => {
    const job = makeJob({ rate: 2100 })
    open([job])
    expect(await screen.findByText("Tokenizing")).toBeInTheDocument()
    expect(
      screen.getByText("42 % · 5,330 of 12.5 k rows · 2,100 rows/s · a few seconds left"),
    ).toBeInTheDocument()
    act(() =>
      useDatasetsStore
        .getState()
        .applyProgress([makeEvent({ job_id: job.id, progress: 90, stage: "writing" })]),
    )
    expect(screen.getByText("Writing")).toBeInTheDocument()
  })

  it("cancels", async () => {
    const job = makeJob()
    const { user } = open([job])
    const sent = receives("post", `/jobs/${job.id}/cancel`, { ...job, state: "cancelling" })
    await user.click(await screen.findByRole("button", { name: "Cancel: Tokenize · gpt2 interviews" }))
    await waitFor(() => expect(sent).toHaveLength(1))
  })

  it("opens to log and error, and tries again", async () => {
    const { user } = open([failed])
    answers(`/jobs/${failed.id}/log`, {
      job_id: failed.id,
      lines: [
        { at: "2026-11-20T10:00:00Z", level: "info", event: "created", fields: {} },
        { at: "2026-11-20T10:02:14Z", level: "error", event: "failed", fields: { code: "DISK_FULL" } },
      ],
    })
    expect(await screen.findByText("There is not enough free disk space.")).toBeInTheDocument()
    await user.click(screen.getByRole("button", { name: /^Show details/ }))
    expect(within(screen.getByRole("alert")).getByText("24.1 GB are needed.")).toBeInTheDocument()
    expect(await screen.findByRole("list", { name: "Log" })).toHaveTextContent("failed code=DISK_FULL")

    const sent = receives("post", `/jobs/${failed.id}/retry`, {
      dataset: null,
      tokenization: null,
      job: makeJob(),
      task_id: null,
    })
    await user.click(screen.getByRole("button", { name: /^Try again/ }))
    await waitFor(() => expect(sent).toHaveLength(1))
  })

  it("asks for no previews, and keeps what is shown in the address", async () => {
    const { user, router } = open([failed])
    await screen.findByText("Failed", { selector: "span" })
    expect(asked.some((query) => query.getAll("kind").includes("preview"))).toBe(false)
    await user.click(screen.getByRole("radio", { name: "Failed" }))
    expect(router.state.location.search).toBe("?show=failed")
    await waitFor(() => expect(asked.at(-1)?.getAll("state")).toEqual(["failed"]))
  })

  it("says when there are none", async () => {
    open([])
    expect(await screen.findByRole("heading", { name: "No jobs yet" })).toBeInTheDocument()
  })
})
