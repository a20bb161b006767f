import { screen } from "@testing-library/react"
import { useState } from "react"
import { describe, expect, it, vi } from "vitest"
import { show } from "@/test/render"
import { Combobox } from "./Combobox"

const OPTIONS = [{ value: "gpt2" }, { value: "gpt2-medium", detail: "gated" }]

function Box({ onCommit }: { onCommit: (value: string) => void }) {
  const [value, setValue] = useState("")
  return <Combobox value={value} onChange={setValue} onCommit={onCommit} options={OPTIONS} />
}

describe("Combobox", () => {
  it("takes an option by the arrow keys and Enter", async () => {
    const onCommit = vi.fn()
    const { user } = show(<Box onCommit={onCommit} />)
    const field = screen.getByRole("combobox")
    await user.type(field, "gp{ArrowDown}{ArrowDown}{Enter}")
    expect(field).toHaveValue("gpt2-medium")
    expect(onCommit).toHaveBeenCalledWith("gpt2-medium")
    expect(field).toHaveAttribute("aria-expanded", "false")
  })

  it("keeps what was typed when the field is left, and Escape closes the list alone", async () => {
    const onCommit = vi.fn()
    const { user } = show(<Box onCommit={onCommit} />)
    const field = screen.getByRole("combobox")
    await user.type(field, "my/own")
    expect(field).toHaveAttribute("aria-expanded", "true")
    await user.keyboard("{Escape}")
    expect(field).toHaveAttribute("aria-expanded", "false")
    await user.tab()
    expect(onCommit).toHaveBeenLastCalledWith("my/own")
  })
})
