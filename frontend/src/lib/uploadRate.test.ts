import { describe, expect, it } from "vitest"
import { nameFromFile, RateMeter } from "./uploadRate"

describe("nameFromFile", () => {
  it.each([
    ["interviews 2024.csv.gz", "interviews 2024"],
    ["data.final.parquet", "data.final"],
    [".csv", ".csv"],
    ["notes", "notes"],
  ])("%s becomes %s", (file, name) => expect(nameFromFile(file)).toBe(name))
})

describe("RateMeter", () => {
  it("forgets what is older than its window", () => {
    const meter = new RateMeter()
    expect(meter.add(0, 0)).toBeNull()
    expect(meter.add(1000, 1000)).toBe(1000)
    for (let at = 2000; at <= 9000; at += 1000) meter.add(1000, at)
    expect(meter.add(1000, 10_000)).toBe(0)
  })
})
