import { HttpResponse, http } from "msw"
import { describe, expect, it, vi } from "vitest"
import { makeUpload } from "@/test/factories"
import { API, answers, problem, server } from "@/test/server"
import { ApiError } from "./problem"
import { sendFile } from "./uploads"

const CHUNK = 8 * 1024 * 1024
const upload = makeUpload()

/** A server that keeps what it is sent, and loses the connection once when `loseAt` is reached. */
function keeps(loseAt: number | null = null) {
  const pieces: { offset: number; bytes: number }[] = []
  let stored = 0
  let lost = false
  server.use(
    http.post(`${API}/uploads`, () =>
      HttpResponse.json({ ...upload, complete: false, preview: null }, { status: 201 }),
    ),
    http.patch(`${API}/uploads/${upload.id}`, async ({ request }) => {
      const offset = Number(request.headers.get("Upload-Offset"))
      const bytes = (await request.arrayBuffer()).byteLength
      if (!lost && loseAt !== null && offset >= loseAt) {
        lost = true
        stored += 100
        return HttpResponse.error()
      }
      expect(offset).toBe(stored)
      pieces.push({ offset, bytes })
      stored += bytes
      return new HttpResponse(null, { status: 204, headers: { "Upload-Offset": String(stored) } })
    }),
    http.head(
      `${API}/uploads/${upload.id}`,
      () => new HttpResponse(null, { headers: { "Upload-Offset": String(stored) } }),
    ),
  )
  answers(`/uploads/${upload.id}`, upload)
  return pieces
}

const file = (bytes: number) => new File([new Uint8Array(bytes)], "ünïcode.csv")
const events = () => ({ onProgress: vi.fn(), onInterrupted: vi.fn() })

describe("sendFile", () => {
  it("sends a file in pieces and resolves to the upload with its preview", async () => {
    const pieces = keeps()
    const heard = events()
    const done = await sendFile(file(CHUNK + 10), heard, new AbortController().signal)
    expect(done.preview).not.toBeNull()
    expect(pieces).toEqual([
      { offset: 0, bytes: CHUNK },
      { offset: CHUNK, bytes: 10 },
    ])
    expect(heard.onProgress).toHaveBeenLastCalledWith(CHUNK + 10)
    expect(heard.onInterrupted).not.toHaveBeenCalled()
  })

  it("goes on from the server's offset after a lost connection", async () => {
    const pieces = keeps(CHUNK)
    const heard = events()
    await sendFile(file(CHUNK + 5000), heard, new AbortController().signal)
    expect(heard.onInterrupted).toHaveBeenCalledTimes(1)
    expect(pieces).toEqual([
      { offset: 0, bytes: CHUNK },
      { offset: CHUNK + 100, bytes: 4900 },
    ])
  })

  it("gives up at once when the server refuses the file", async () => {
    server.use(http.post(`${API}/uploads`, () => problem(413, "TOO_LARGE", "The file is too large.")))
    const sending = sendFile(file(10), events(), new AbortController().signal)
    await expect(sending).rejects.toThrow(ApiError)
    await expect(sending).rejects.toMatchObject({ code: "TOO_LARGE" })
  })

  it("stops when it is cancelled", async () => {
    keeps()
    const abort = new AbortController()
    const heard = { ...events(), onProgress: vi.fn(() => abort.abort()) }
    await expect(sendFile(file(CHUNK * 2), heard, abort.signal)).rejects.toMatchObject({ name: "AbortError" })
  })
})
