import { cn } from "@/lib/cn"

interface CellTextProps {
  value: unknown
  truncated?: boolean
  /** What to mark, as typed into the search. */
  highlight?: string
  lines?: "one" | "two"
}

/** A cell as it is: null shown as null, empty text as such, right-to-left text in its own direction. */
export function CellText({ value, truncated = false, highlight, lines = "one" }: CellTextProps) {
  if (value === null || value === undefined) return <span className="font-mono text-xs text-faint">null</span>
  if (value === "") return <span className="font-mono text-xs text-faint">empty</span>
  const text = typeof value === "string" ? value : JSON.stringify(value)
  return (
    <span
      dir="auto"
      className={cn(
        lines === "one" ? "block truncate" : "line-clamp-2 break-words",
        typeof value === "number" && "tnum",
        typeof value === "object" && "font-mono text-xs",
      )}
    >
      <Highlighted text={text} needle={highlight} />
      {truncated && <span className="text-faint"> …</span>}
    </span>
  )
}

interface HighlightedProps {
  text: string
  needle: string | undefined
}

export function Highlighted({ text, needle }: HighlightedProps) {
  if (!needle) return text
  const lower = text.toLowerCase()
  const wanted = needle.toLowerCase()
  // Lower-casing may change lengths (İ → i̇): then positions would not fit, and nothing is marked.
  if (lower.length !== text.length) return text
  const parts: React.ReactNode[] = []
  let from = 0
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + wanted.length)}</mark>)
    from = at + wanted.length
  }
  return [...parts, text.slice(from)]
}
