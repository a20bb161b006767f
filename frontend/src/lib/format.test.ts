import { describe, expect, it } from "vitest"
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDoneOf,
  formatDuration,
  formatExact,
  formatNumber,
  formatPercent,
  formatRate,
  formatShare,
  formatTimeLeft,
  plural,
} from "./format"

const plain = (text: string | null) => text?.replaceAll("\u00a0", " ")

describe("numbers", () => {
  it.each([
    [0, "0"],
    [9876, "9,876"],
    [12_480, "12.5 k"],
    [999_499, "999 k"],
    [999_600, "1.00 M"],
    [2_119_719, "2.12 M"],
    [1_536_000_000, "1.54 B"],
  ])("%d reads %s", (value, words) => expect(plain(formatCount(value))).toBe(words))

  it("gives the exact figure", () => expect(formatExact(2_119_719)).toBe("2,119,719"))

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1500, "1.50 kB"],
    [1_234_567, "1.23 MB"],
    [73e9, "73.0 GB"],
  ])("%d bytes read %s", (value, words) => expect(plain(formatBytes(value))).toBe(words))

  it("shows what is unknown as a dash, never as 0", () => {
    for (const format of [formatCount, formatBytes, formatExact, formatDuration, formatShare, formatNumber]) {
      expect(format(null)).toBe("—")
      expect(format(undefined)).toBe("—")
    }
  })

  it("agrees in number", () => {
    expect(plural(1, "row")).toBe("1 row")
    expect(plural(2, "row does", "rows do")).toBe("2 rows do")
  })
})

describe("shares", () => {
  it.each([
    [0, "0 %"],
    [0.0001, "< 0.1 %"],
    [0.3712, "37.1 %"],
    [0.99999, "> 99.9 %"],
    [1, "100 %"],
  ])("%d reads %s", (value, words) => expect(formatShare(value)).toBe(words))

  it("rounds progress down, so that 100 % means done", () => {
    expect(formatPercent(99.97)).toBe("99 %")
    expect(formatPercent(null)).toBeNull()
  })
})

describe("times", () => {
  it.each([
    [0.25, "250 ms"],
    [1.44, "1.4 s"],
    [2, "2 s"],
    [42, "42 s"],
    [134, "2 min 14 s"],
    [120, "2 min"],
    [3660, "1 h 1 min"],
    [90_000, "1 d 1 h"],
  ])("%d s read %s", (seconds, words) => expect(formatDuration(seconds)).toBe(words))

  it.each([
    [2, "a few seconds left"],
    [21, "about 25 s left"],
    [170, "about 3 min left"],
    [null, null],
  ])("%s s left read %s", (seconds, words) => expect(formatTimeLeft(seconds)).toBe(words))

  it("tells how long ago", () => {
    const now = Date.parse("2026-11-23T12:00:00Z")
    expect(formatAgo("2026-11-23T11:59:40Z", now)).toBe("just now")
    expect(formatAgo("2026-11-23T11:56:00Z", now)).toBe("4 min ago")
    expect(formatAgo("2026-11-22T11:00:00Z", now)).toBe("yesterday")
    expect(formatAgo("2026-09-01T11:00:00Z", now)).toBe("1 Sept 2026")
  })
})

describe("progress", () => {
  it("says done of total with the unit", () => {
    expect(plain(formatDoneOf(1.2e9, 2e9, "bytes"))).toBe("1.20 GB of 2.00 GB")
    expect(plain(formatDoneOf(120_400, null, "rows"))).toBe("120 k rows")
    expect(formatDoneOf(null, 10, "rows")).toBeNull()
  })

  it("says no rate where there is none", () => {
    expect(plain(formatRate(38.2e6, "bytes"))).toBe("38.2 MB/s")
    expect(formatRate(0, "rows")).toBeNull()
  })
})
