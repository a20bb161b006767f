import { render, screen, waitFor } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { HttpResponse, http } from "msw"
import { beforeEach, describe, expect, it, vi } from "vitest"
import { socket } from "@/api/socket"
import { App } from "./App"
import { makeDataset } from "./test/factories"
import { API, answers, problem, server } from "./test/server"

const page = (items: unknown[]) => ({ items, total: items.length, next_cursor: null })

beforeEach(() => {
  vi.spyOn(socket, "connect").mockReturnValue(socket)
  window.history.replaceState(null, "", "/")
  answers("/jobs", page([]))
  answers("/datasets", page([makeDataset({ name: "stories" })]))
})

describe("App", () => {
  it("begins with the datasets, and opens the palette by Ctrl K", async () => {
    answers("/session", { needs_login: false, logged_in: true })
    render(<App />)
    expect(await screen.findByRole("link", { name: "stories" })).toBeInTheDocument()
    expect(window.location.pathname).toBe("/datasets")
    await userEvent.keyboard("{Control>}k{/Control}")
    expect(await screen.findByRole("dialog", { name: "Commands" }, { timeout: 5000 })).toBeInTheDocument()
  })

  it("asks for the token where one is needed, and goes on once it is right", async () => {
    let loggedIn = false
    server.use(
      http.get(`${API}/session`, () => HttpResponse.json({ needs_login: true, logged_in: loggedIn })),
      http.post(`${API}/session`, async ({ request }) => {
        const { token } = (await request.json()) as { token: string }
        if (token !== "right")
          return problem(401, "UNAUTHORIZED", "The token is not the one of this installation.")
        loggedIn = true
        return new HttpResponse(null, { status: 204 })
      }),
    )
    render(<App />)
    const field = await screen.findByLabelText("Token")
    await userEvent.type(field, "wrong{Enter}")
    expect(await screen.findByText("The token is not the one of this installation.")).toBeInTheDocument()
    await userEvent.clear(field)
    await userEvent.type(field, "right{Enter}")
    expect(await screen.findByRole("link", { name: "stories" })).toBeInTheDocument()
  })

  it("begins an upload with files dropped anywhere", async () => {
    answers("/session", { needs_login: false, logged_in: true })
    server.use(http.post(`${API}/uploads`, () => problem(413, "TOO_LARGE", "Too large.")))
    render(<App />)
    await screen.findByRole("link", { name: "stories" })
    const files = [new File(["x"], "dropped.csv")]
    const event = new Event("drop", { bubbles: true, cancelable: true })
    Object.assign(event, { dataTransfer: { types: ["Files"], files } })
    window.dispatchEvent(event)
    await waitFor(() => expect(window.location.pathname).toBe("/datasets/new/upload"))
    expect(await screen.findByRole("button", { name: "dropped.csv" }, { timeout: 5000 })).toBeInTheDocument()
  })
})
