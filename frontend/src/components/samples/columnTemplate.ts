import type { SamplePage, SampleRow } from "@/api/types"

/** Rows that the column widths are taken from. */
const WIDTH_SAMPLE = 20

/** Widths after what the first rows hold: a column of long texts gets the room, one of short labels does not. */
export function columnTemplate(
  features: SamplePage["features"],
  rows: ReadonlyMap<number, SampleRow>,
): string {
  const seen = Array.from({ length: WIDTH_SAMPLE }, (_, place) => rows.get(place)?.row).filter(
    (row) => row !== undefined,
  )
  const columns = features.map(({ name }) => {
    const lengths = seen.map((row) => {
      const value = row[name]
      return value == null ? 4 : typeof value === "string" ? value.length : JSON.stringify(value).length
    })
    const longest = Math.max(8, name.length, ...lengths.map((length) => Math.min(length, 120)))
    return `minmax(${Math.min(24, Math.max(7, longest * 0.55))}rem, ${Math.max(1, Math.round(longest / 12))}fr)`
  })
  return ["5.5rem", ...columns].join(" ")
}
