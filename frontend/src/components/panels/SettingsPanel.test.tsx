import { screen, waitFor } from "@testing-library/react"
import { beforeEach, describe, expect, it } from "vitest"
import { useThemeStore } from "@/stores/themeStore"
import { makeSettings } from "@/test/factories"
import { show } from "@/test/render"
import { answers, receives } from "@/test/server"
import { SettingsPanel } from "./SettingsPanel"

const storage = {
  data_dir: "/data/mistudio",
  disk_total_bytes: 5e11,
  disk_free_bytes: 2e11,
  used_bytes: 9e10,
  reclaimable_bytes: 4.5e9,
  entries: [
    { kind: "raw", dataset_id: "a", name: "stories", size_bytes: 2e9 },
    { kind: "tokenized", dataset_id: "a", name: "stories", size_bytes: 1.2e10 },
    { kind: "raw", dataset_id: "b", name: "reviews", size_bytes: 7.15e10 },
    { kind: "uploads", dataset_id: null, name: null, size_bytes: 4.5e9 },
  ],
}

beforeEach(() => {
  answers("/jobs", { items: [], total: 0, next_cursor: null })
  answers("/storage", storage)
})

describe("SettingsPanel", () => {
  it("says what uses the disk, and what deleting a dataset would free", async () => {
    answers("/settings", makeSettings())
    show(<SettingsPanel />)
    expect(
      await screen.findByRole("img", { name: /Raw data 73.5\sGB, Tokenized data 12.0\sGB/ }),
    ).toBeInTheDocument()
    expect(screen.getByRole("row", { name: /stories 2.00\sGB 12.0\sGB 14.0\sGB/ })).toBeInTheDocument()
    expect(screen.getAllByRole("row")[1]).toHaveTextContent("reviews")
    expect(screen.getByText(/4.50 GB \(5.0 %\) are left over/)).toBeInTheDocument()
  })

  it("keeps a Hub token and never shows it", async () => {
    answers("/settings", makeSettings())
    const { user } = show(<SettingsPanel />)
    const kept = makeSettings({ hf_token_source: "settings", hf_token_hint: "wxyz" })
    const sent = receives("put", "/settings", kept, 200)
    const field = await screen.findByLabelText("Access token")
    expect(field).toHaveAttribute("type", "password")
    await user.type(field, "hf_secret_wxyz")
    await user.click(screen.getByRole("button", { name: "Keep token" }))
    await waitFor(() => expect(sent[0]?.body).toEqual({ hf_token: "hf_secret_wxyz" }))
    expect(await screen.findByText("wxyz")).toBeInTheDocument()
    expect(screen.getByLabelText("New access token")).toHaveValue("")
    expect(document.body).not.toHaveTextContent("hf_secret")

    await user.click(screen.getByRole("button", { name: "Forget token" }))
    await waitFor(() => expect(sent[1]?.body).toEqual({ hf_token: "" }))
  })

  it("offers no change of a token from the environment", async () => {
    answers("/settings", makeSettings({ hf_token_source: "environment", hf_token_hint: "abcd" }))
    show(<SettingsPanel />)
    expect(await screen.findByText(/The token comes from the server's environment/)).toBeInTheDocument()
    expect(screen.queryByRole("button", { name: "Keep token" })).not.toBeInTheDocument()
  })

  it("changes the theme at once and remembers it", async () => {
    answers("/settings", makeSettings())
    const { user } = show(<SettingsPanel />)
    await user.click(screen.getByRole("radio", { name: "Light" }))
    expect(document.documentElement.dataset.theme).toBe("light")
    expect(localStorage.getItem("mistudio.theme")).toBe("light")
    useThemeStore.getState().choose("dark")
    expect(document.documentElement.dataset.theme).toBe("dark")
  })
})
