import { HttpResponse, http } from "msw"
import { setupServer } from "msw/node"

/** Stands for the API at the network's edge. A request that no test has foreseen fails it. */
export const server = setupServer()

export const API = "*/api/v1"

export function problem(status: number, code: string, detail: string, extra: object = {}) {
  const body = { type: "about:blank", title: detail, status, detail, code, request_id: "r-1", ...extra }
  return HttpResponse.json(body, { status, headers: { "Content-Type": "application/problem+json" } })
}

/** Answers GET `path` with `body`, whatever the query. */
export function answers(path: string, body: object) {
  server.use(http.get(`${API}${path}`, () => HttpResponse.json(body)))
}

/** Records what is sent to `path` and answers with `body`. */
export function receives(
  method: "post" | "put" | "patch" | "delete",
  path: string,
  body: object,
  status = 202,
) {
  const sent: { url: URL; body: unknown; headers: Headers }[] = []
  server.use(
    http[method](`${API}${path}`, async ({ request }) => {
      const text = await request.text()
      sent.push({ url: new URL(request.url), body: text ? JSON.parse(text) : null, headers: request.headers })
      return HttpResponse.json(body, { status })
    }),
  )
  return sent
}
