import { Search, X } from "lucide-react"
import { type Ref, useEffect, useState } from "react"
import { cn } from "@/lib/cn"
import { controlClass } from "./Field"

const PAUSE_MS = 200

interface SearchInputProps {
  value: string
  /** Called when the typing has paused. */
  onSearch: (value: string) => void
  label: string
  placeholder?: string
  shortcut?: string
  className?: string
  ref?: Ref<HTMLInputElement>
}

export function SearchInput({
  value,
  onSearch,
  label,
  placeholder,
  shortcut,
  className,
  ref,
}: SearchInputProps) {
  const [typed, setTyped] = useState(value)
  const [sent, setSent] = useState(value)
  if (value !== sent) {
    // The address changed from outside (Back, "clear filters"): the box follows.
    setSent(value)
    setTyped(value)
  }
  useEffect(() => {
    if (typed === sent) return
    const timer = setTimeout(() => {
      setSent(typed)
      onSearch(typed)
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed, sent, onSearch])

  return (
    <div className={cn("relative", className)} role="search">
      <Search className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-faint" aria-hidden />
      <input
        ref={ref}
        type="text"
        value={typed}
        aria-label={label}
        placeholder={placeholder ?? label}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return
          event.stopPropagation()
          if (typed) setTyped("")
          else event.currentTarget.blur()
        }}
        className={cn(controlClass, "h-9 pr-8 pl-8.5")}
      />
      {typed ? (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => setTyped("")}
          className="absolute top-2 right-2 grid size-5 place-items-center rounded text-faint hover:text-fg"
        >
          <X className="size-3.5" aria-hidden />
        </button>
      ) : (
        shortcut && (
          <kbd className="pointer-events-none absolute top-2 right-2 hidden h-5 rounded border border-line-strong px-1.5 font-mono text-xs text-faint sm:block">
            {shortcut}
          </kbd>
        )
      )}
    </div>
  )
}
