import type { Problem } from "./types"

/** Any answer that is not a success, in the words of its problem+json body. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly requestId: string | null
  readonly fields: readonly { path: string; message: string }[]
  /** Members that depend on the code: row, column, job_id, url… */
  readonly extra: Readonly<Record<string, unknown>>

  constructor(problem: Partial<Problem> & { status: number }) {
    const { type: _type, title, status, detail, code, request_id, errors, ...extra } = problem
    super(detail ?? title ?? `The server answered ${status}.`)
    this.name = "ApiError"
    this.status = status
    this.code = code ?? `HTTP_${status}`
    this.title = title ?? "The request failed."
    this.detail = detail ?? this.title
    this.requestId = request_id ?? null
    this.fields = (errors ?? []).map((error) => ({
      path: error.loc.filter((part) => part !== "body" && part !== "query").join("."),
      message: error.msg,
    }))
    this.extra = extra
  }

  fieldMessage(path: string): string | undefined {
    return this.fields.find((field) => field.path === path || field.path.startsWith(`${path}.`))?.message
  }
}

/** The server could not be reached at all. */
export class OfflineError extends Error {
  constructor() {
    super("The server does not answer. Check that miStudio is running, then try again.")
    this.name = "OfflineError"
  }
}

export function toApiError(status: number, body: unknown): ApiError {
  if (typeof body === "object" && body !== null && "code" in body) {
    return new ApiError({ ...(body as Partial<Problem>), status })
  }
  const title = status >= 500 ? "The server could not answer." : "The request was refused."
  return new ApiError({ status, title, detail: `${title} (HTTP ${status})` })
}

/** Worth another try: the connection was lost, or the server said that it is busy. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof OfflineError ||
    (error instanceof ApiError && [429, 502, 503, 504].includes(error.status))
  )
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404
}
