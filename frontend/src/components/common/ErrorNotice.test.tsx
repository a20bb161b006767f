import { screen } from "@testing-library/react"
import { describe, expect, it } from "vitest"
import { ApiError, OfflineError } from "@/api/problem"
import { show } from "@/test/render"
import { ErrorNotice } from "./ErrorNotice"

describe("ErrorNotice", () => {
  it("says what happened, why, and the code, with a link where one helps", () => {
    const extra = { url: "https://huggingface.co/datasets/acme/gated" }
    show(
      <ErrorNotice
        error={
          new ApiError({
            status: 403,
            code: "HUB_GATED",
            title: "Ask first.",
            detail: "It is gated.",
            ...extra,
          })
        }
      />,
    )
    expect(screen.getByRole("alert")).toHaveTextContent("Ask first.It is gated.Open its pageHUB_GATED")
    expect(screen.getByRole("link", { name: "Open its page" })).toHaveAttribute("href", extra.url)
  })

  it("follows no address that is not of the web", () => {
    show(
      <ErrorNotice error={{ code: "X", title: "t", detail: "d", extra: { url: "javascript:alert(1)" } }} />,
    )
    expect(screen.queryByRole("link")).not.toBeInTheDocument()
  })

  it("says that the server does not answer", () => {
    show(<ErrorNotice error={new OfflineError()} />)
    expect(screen.getByRole("alert")).toHaveTextContent("The server does not answer.")
  })
})
