import { cn } from "@/lib/cn"
import { useDatasetsStore } from "@/stores/datasetsStore"

const states = {
  connecting: { words: "Connecting", dot: "bg-faint", note: "Opening the live connection" },
  live: { words: "Live", dot: "bg-accent", note: "Progress arrives as it happens" },
  lost: {
    words: "Offline",
    dot: "bg-warn",
    note: "The live connection is lost; the page asks again every 5 seconds",
  },
}

/** Whether what is shown is live. A lost connection is said aloud once. */
export function ConnectionState() {
  const connection = useDatasetsStore((state) => state.connection)
  const { words, dot, note } = states[connection]
  return (
    <span role="status" title={note} className="flex h-8 items-center gap-1.5 px-1.5 text-[13px] text-muted">
      <span className={cn("size-2 rounded-full", dot)} aria-hidden />
      <span className={cn(connection === "live" && "max-sm:sr-only")}>{words}</span>
    </span>
  )
}
