import { describe, expect, it } from "vitest"
import { toCsv } from "./clipboard"

describe("toCsv", () => {
  it("quotes what must be quoted", () =>
    expect(
      toCsv(
        ["a", "b"],
        [
          ["x,y", 1],
          ['say "hi"', null],
        ],
      ),
    ).toBe('a,b\r\n"x,y",1\r\n"say ""hi""",'))
})
