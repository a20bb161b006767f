import { scaleLinear, scaleLog } from "d3-scale"
import { describe, expect, it } from "vitest"
import { ticksOf } from "./ticks"

describe("ticksOf", () => {
  it("sets 1, 2, 5 on a wide logarithmic axis, and powers of ten on a narrow one", () => {
    const wide = scaleLog([1, 1000], [0, 900])
    expect(ticksOf(wide, "log", 6, 44)).toEqual([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])
    const narrow = scaleLog([1, 1000], [0, 300])
    expect(ticksOf(narrow, "log", 6, 44)).toEqual([1, 10, 100, 1000])
  })

  it("keeps linear ticks apart", () => {
    const scale = scaleLinear([0, 1], [0, 60])
    const ticks = ticksOf(scale, "linear", 5, 24)
    for (const [index, tick] of ticks.slice(1).entries()) {
      expect(scale(tick) - scale(ticks[index] ?? 0)).toBeGreaterThanOrEqual(24)
    }
  })
})
