import { describe, expect, it } from "vitest"
import { MAX_SCROLL, rowWindow, visibleRows } from "./rowWindow"

describe("rowWindow", () => {
  it("stays below what browsers can lay out, and still reaches the last of ten million rows", () => {
    const [rows, height, viewport] = [10_000_000, 36, 800]
    const scaled = rowWindow(rows, height, viewport)
    expect(scaled.height).toBe(MAX_SCROLL)
    const last = (scaled.height - viewport) * scaled.scale
    expect(visibleRows(last, rows, height, viewport).end).toBe(rows)
  })
  it("draws only what is in sight", () => {
    expect(rowWindow(100, 36, 800)).toEqual({ height: 3600, scale: 1 })
    expect(visibleRows(0, 100, 36, 720)).toEqual({ first: 0, end: 26 })
    expect(visibleRows(0, 0, 36, 720)).toEqual({ first: 0, end: 0 })
  })
})
