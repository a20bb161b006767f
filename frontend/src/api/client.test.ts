import { HttpResponse, http } from "msw"
import { afterEach, describe, expect, it } from "vitest"
import { API, problem, receives, server } from "@/test/server"
import { deleteDataset, getDataset, listDatasets } from "./datasets"
import { ApiError, isTransient, OfflineError } from "./problem"
import { createQueryClient } from "./queryClient"

describe("the client", () => {
  afterEach(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: jsdom has no cookie store.
    document.cookie = "mistudio_csrf=; max-age=0"
  })

  it("throws a problem with its code, its fields and its own members", async () => {
    server.use(
      http.get(`${API}/datasets/x`, () =>
        problem(422, "INVALID_REQUEST", "Not valid.", {
          errors: [{ loc: ["body", "name"], msg: "too long", type: "string" }],
          row: 3,
        }),
      ),
    )
    const error = (await getDataset("x").catch((reason: unknown) => reason)) as ApiError
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 422, code: "INVALID_REQUEST", extra: { row: 3 } })
    expect(error.fieldMessage("name")).toBe("too long")
  })

  it("makes sense of an answer that is no problem+json", async () => {
    server.use(http.get(`${API}/datasets/x`, () => new HttpResponse("<html>", { status: 502 })))
    await expect(getDataset("x")).rejects.toMatchObject({ status: 502, code: "HTTP_502" })
  })

  it("calls an unreachable server offline", async () => {
    server.use(http.get(`${API}/datasets/x`, () => HttpResponse.error()))
    await expect(getDataset("x")).rejects.toBeInstanceOf(OfflineError)
  })

  it("sends the CSRF cookie back with mutations", async () => {
    // biome-ignore lint/suspicious/noDocumentCookie: jsdom has no cookie store.
    document.cookie = "mistudio_csrf=a%2Bb"
    const sent = receives("delete", "/datasets/x", {
      dataset: null,
      tokenization: null,
      job: null,
      task_id: null,
    })
    await deleteDataset("x")
    expect(sent[0]?.headers.get("X-CSRF-Token")).toBe("a+b")
  })

  it("repeats a filter with several values", async () => {
    let search = ""
    server.use(
      http.get(`${API}/datasets`, ({ request }) => {
        search = new URL(request.url).search
        return HttpResponse.json({ items: [], total: 0, next_cursor: null })
      }),
    )
    await listDatasets({ status: ["ERROR", "PENDING"], sort: "name" }, null)
    expect(search).toBe("?status=ERROR&status=PENDING&sort=name&limit=100")
  })
})

describe("retries", () => {
  const retry = createQueryClient().getDefaultOptions().queries?.retry as (
    count: number,
    error: Error,
  ) => boolean
  it("tries again what may pass, three times", () => {
    expect(isTransient(new OfflineError())).toBe(true)
    expect(retry(0, new ApiError({ status: 503 }))).toBe(true)
    expect(retry(3, new ApiError({ status: 503 }))).toBe(false)
  })
  it("does not try again what would fail again", () => {
    expect(retry(0, new ApiError({ status: 404 }))).toBe(false)
    expect(retry(0, new ApiError({ status: 422 }))).toBe(false)
  })
})
