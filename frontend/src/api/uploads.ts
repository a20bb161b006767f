import { client, csrfHeader, unwrap } from "./client"
import { OfflineError, toApiError } from "./problem"
import type { FilePreview, IngestRequest, UploadView } from "./types"

const UPLOADS = "/api/v1/uploads"
const CHUNK_BYTES = 8 * 1024 * 1024
const MAX_LOST_CONNECTIONS = 8

export type ReadOptions = Pick<IngestRequest, "format" | "compression" | "delimiter" | "encoding" | "header">

export function getUpload(id: string, signal?: AbortSignal) {
  return unwrap(client.GET("/api/v1/uploads/{upload_id}", { params: { path: { upload_id: id } }, signal }))
}

export function getUploadPreview(
  id: string,
  options: ReadOptions,
  signal?: AbortSignal,
): Promise<FilePreview> {
  const query = {
    format: options.format ?? undefined,
    compression: options.compression ?? undefined,
    delimiter: options.delimiter ?? undefined,
    encoding: options.encoding ?? undefined,
    header: options.header == null ? undefined : options.header ? ("true" as const) : ("false" as const),
  }
  const params = { path: { upload_id: id }, query }
  return unwrap(client.GET("/api/v1/uploads/{upload_id}/preview", { params, signal }))
}

export function deleteUpload(id: string) {
  return unwrap(client.DELETE("/api/v1/uploads/{upload_id}", { params: { path: { upload_id: id } } }))
}

export interface UploadEvents {
  /** Bytes that left this machine. Never goes back while the connection holds. */
  onProgress: (sent: number) => void
  /** The connection was lost; the upload goes on from the server's offset after `delayMs`. */
  onInterrupted: (delayMs: number) => void
}

/**
 * Sends a file in pieces, in the shape of the tus protocol, and takes up again after a lost connection where
 * the server left off. Resolves to the finished upload with its preview.
 */
export async function sendFile(file: File, events: UploadEvents, signal: AbortSignal): Promise<UploadView> {
  const id = await createUpload(file, signal)
  let offset = 0
  let lost = 0
  while (offset < file.size) {
    try {
      offset = await sendChunk(id, file, offset, events, signal)
      lost = 0
    } catch (error) {
      if (!(error instanceof OfflineError) || signal.aborted) throw error
      lost += 1
      if (lost > MAX_LOST_CONNECTIONS) throw error
      const delay = Math.min(250 * 2 ** lost, 10_000)
      events.onInterrupted(delay)
      await pause(delay, signal)
      offset = await serverOffset(id, offset, signal)
      events.onProgress(offset)
    }
  }
  return getUpload(id, signal)
}

async function createUpload(file: File, signal: AbortSignal): Promise<string> {
  const headers = {
    ...csrfHeader(),
    "Upload-Length": String(file.size),
    "Upload-Filename": encodeURIComponent(file.name),
  }
  const response = await fetch(UPLOADS, { method: "POST", headers, signal }).catch(rethrowOffline)
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) throw toApiError(response.status, body)
  return (body as UploadView).id
}

async function serverOffset(id: string, known: number, signal: AbortSignal): Promise<number> {
  const response = await fetch(`${UPLOADS}/${id}`, { method: "HEAD", signal }).catch(rethrowOffline)
  if (!response.ok) throw toApiError(response.status, null)
  return Number(response.headers.get("Upload-Offset") ?? known)
}

function rethrowOffline(error: unknown): never {
  if (error instanceof DOMException && error.name === "AbortError") throw error
  throw new OfflineError()
}

/** XMLHttpRequest, because fetch tells nothing about what has been sent. Resolves to the new offset. */
function sendChunk(
  id: string,
  file: File,
  offset: number,
  events: UploadEvents,
  signal: AbortSignal,
): Promise<number> {
  if (signal.aborted) return Promise.reject(cancelled())
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    const settle = (act: () => void) => () => {
      signal.removeEventListener("abort", abort)
      act()
    }
    const piece = file.slice(offset, offset + CHUNK_BYTES)
    request.open("PATCH", `${UPLOADS}/${id}`)
    request.setRequestHeader("Content-Type", "application/offset+octet-stream")
    request.setRequestHeader("Upload-Offset", String(offset))
    for (const [name, value] of Object.entries(csrfHeader())) request.setRequestHeader(name, value)
    request.upload.onprogress = (event) => events.onProgress(offset + Math.min(event.loaded, piece.size))
    request.onerror = settle(() => reject(signal.aborted ? cancelled() : new OfflineError()))
    request.onabort = settle(() => reject(cancelled()))
    request.onload = settle(() => {
      if (request.status < 200 || request.status >= 300) {
        reject([502, 503, 504].includes(request.status) ? new OfflineError() : failure(request))
        return
      }
      const next = Number(request.getResponseHeader("Upload-Offset") ?? offset + piece.size)
      events.onProgress(next)
      resolve(next)
    })
    signal.addEventListener("abort", abort)
    request.send(piece)
  })
}

function failure(request: XMLHttpRequest) {
  try {
    return toApiError(request.status, JSON.parse(request.responseText))
  } catch (error) {
    if (error instanceof SyntaxError) return toApiError(request.status, null)
    throw error
  }
}

function cancelled(): DOMException {
  return new DOMException("The upload was cancelled.", "AbortError")
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener("abort", () => {
      clearTimeout(timer)
      reject(cancelled())
    })
  })
}
