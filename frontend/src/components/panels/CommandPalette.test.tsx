import { screen, waitFor } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { beforeEach, describe, expect, it } from "vitest"
import { usePaletteStore } from "@/stores/paletteStore"
import { makeDataset } from "@/test/factories"
import { show } from "@/test/render"
import { API, server } from "@/test/server"
import { CommandPalette } from "./CommandPalette"

const stories = makeDataset({ name: "stories" })

beforeEach(() => {
  usePaletteStore.getState().open()
  server.use(
    http.get(`${API}/datasets`, ({ request }) => {
      const q = new URL(request.url).searchParams.get("q") ?? ""
      const items = [stories, makeDataset({ name: "reviews" })].filter((one) => one.name.includes(q))
      return HttpResponse.json({ items, total: items.length, next_cursor: null })
    }),
  )
})

describe("CommandPalette", () => {
  it("finds a dataset by a part of its name and opens it by Enter", async () => {
    const { user, router } = show(<CommandPalette />)
    await user.type(screen.getByRole("combobox"), "stor")
    await screen.findByRole("option", { name: /stories/ })
    await waitFor(() => expect(screen.queryByRole("option", { name: /reviews/ })).not.toBeInTheDocument())
    await waitFor(() =>
      expect(screen.getByRole("option", { name: /stories/ })).toHaveAttribute("aria-selected", "true"),
    )
    await user.keyboard("{Enter}")
    expect(router.state.location.pathname).toBe(`/datasets/${stories.id}`)
    expect(usePaletteStore.getState().isOpen).toBe(false)
  })

  it("leads to every place and changes the theme", async () => {
    const { user, router } = show(<CommandPalette />)
    await user.click(await screen.findByRole("option", { name: "Go to Jobs" }))
    expect(router.state.location.pathname).toBe("/jobs")
    usePaletteStore.getState().open()
    await user.click(await screen.findByRole("option", { name: "Switch to the light theme" }))
    expect(document.documentElement.dataset.theme).toBe("light")
  })
})
