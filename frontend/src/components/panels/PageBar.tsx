import { Command } from "lucide-react"
import { type ReactNode, useCallback, useEffect, useRef } from "react"
import { useHotkey } from "@/hooks/useRowKeys"
import { formatExact } from "@/lib/format"
import { usePaletteStore } from "@/stores/paletteStore"
import { IconButton } from "../common/Button"
import { SearchInput } from "../common/SearchInput"
import { ConnectionState } from "./ConnectionState"
import { JobsIndicator } from "./JobsIndicator"

interface PageBarProps {
  title: string
  count?: number | null
  search?: { value: string; onSearch: (value: string) => void; label: string }
  actions?: ReactNode
}

/** The quiet bar on top of each page: where we are, search, the palette, the connection, what runs. */
export function PageBar({ title, count, search, actions }: PageBarProps) {
  const input = useRef<HTMLInputElement>(null)
  const openPalette = usePaletteStore((state) => state.open)
  useHotkey(
    "/",
    useCallback(() => input.current?.focus(), []),
  )
  useEffect(() => {
    document.title = `${title} · miStudio`
  }, [title])
  return (
    <header className="sticky top-0 z-20 flex min-h-14 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-page/85 px-4 py-2 backdrop-blur sm:flex-nowrap sm:px-6">
      <h1 className="flex items-baseline gap-2 text-base font-semibold whitespace-nowrap">
        {title}{" "}
        {count != null && <span className="text-sm font-normal text-faint tnum">{formatExact(count)}</span>}
      </h1>
      {search && (
        <SearchInput
          ref={input}
          {...search}
          shortcut="/"
          className="order-last w-full sm:order-none sm:ml-4 sm:max-w-sm sm:flex-1"
        />
      )}
      <div className="ml-auto flex items-center gap-1 sm:gap-2">
        {actions}
        <ConnectionState />
        <JobsIndicator />
        <IconButton label="Commands (Ctrl K)" onClick={openPalette}>
          <Command aria-hidden />
        </IconButton>
      </div>
    </header>
  )
}
