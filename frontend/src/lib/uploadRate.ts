const WINDOW_MS = 4000

/** Bytes per second over the last four seconds; null until a quarter of a second has passed. */
export class RateMeter {
  private readonly points: { at: number; bytes: number }[] = []

  add(bytes: number, at: number): number | null {
    this.points.push({ at, bytes })
    while (this.points.length > 2 && at - (this.points[0]?.at ?? at) > WINDOW_MS) this.points.shift()
    const first = this.points[0]
    if (!first || at - first.at < 250) return null
    return ((bytes - first.bytes) * 1000) / (at - first.at)
  }
}

const EXTENSIONS = /(\.(csv|tsv|tab|json|jsonl|ndjson|parquet|txt|text|md))?(\.(gz|zst|zstd))?$/i

/** "interviews 2024.csv.gz" → "interviews 2024". */
export function nameFromFile(filename: string): string {
  return filename.replace(EXTENSIONS, "").trim().slice(0, 200) || filename.slice(0, 200)
}
