import createClient, { type Middleware } from "openapi-fetch"
import { OfflineError, toApiError } from "./problem"
import type { paths } from "./schema.gen"

/** The readable half of the login cookie, sent back with every mutation. */
export function csrfHeader(): Record<string, string> {
  const match = /(?:^|; )mistudio_csrf=([^;]*)/.exec(document.cookie)
  return match?.[1] ? { "X-CSRF-Token": decodeURIComponent(match[1]) } : {}
}

const middleware: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET" && request.method !== "HEAD") {
      for (const [name, value] of Object.entries(csrfHeader())) request.headers.set(name, value)
    }
    return request
  },
  onError({ error }) {
    // A request that the page itself has given up is not a lost connection.
    if (error instanceof DOMException && error.name === "AbortError") return error
    return new OfflineError()
  },
}

/** Typed by the OpenAPI document; paths, parameters and bodies are checked by the compiler. */
export const client = createClient<paths>({
  baseUrl: window.location.origin,
  querySerializer: { array: { style: "form", explode: true } },
  // Looked up at each call, so that tests and service workers can stand in for it.
  fetch: (request) => globalThis.fetch(request),
})
client.use(middleware)

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The body of a successful answer; every other answer is thrown as an ApiError. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer
  if (!response.ok) throw toApiError(response.status, error)
  return data as T
}
