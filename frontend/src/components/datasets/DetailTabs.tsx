import { useEffect } from "react"
import { useNavigate } from "react-router"
import { cn } from "@/lib/cn"

export const TABS = ["overview", "samples", "download", "tokenize", "statistics", "jobs"] as const
export type Tab = (typeof TABS)[number]

export function isTab(name: string): name is Tab {
  return (TABS as readonly string[]).includes(name)
}

const words: Record<Tab, string> = {
  overview: "Overview",
  samples: "Samples",
  download: "Download",
  tokenize: "Tokenize",
  statistics: "Statistics",
  jobs: "Jobs",
}

interface DetailTabsProps {
  datasetId: string
  current: Tab
}

/** Tabs with an address each. Changing the tab adds nothing to the history: Back closes the dialog. */
export function DetailTabs({ datasetId, current }: DetailTabsProps) {
  const navigate = useNavigate()
  const go = (tab: Tab) => navigate(`/datasets/${datasetId}/${tab}`, { replace: true })
  useEffect(() => {
    document.getElementById(`tab-${current}`)?.scrollIntoView({ block: "nearest", inline: "center" })
  }, [current])
  const onKeyDown = (event: React.KeyboardEvent) => {
    const at = TABS.indexOf(current)
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0
    if (!step) return
    const next = TABS[(at + step + TABS.length) % TABS.length] ?? current
    go(next)
    document.getElementById(`tab-${next}`)?.focus()
  }
  return (
    <div
      role="tablist"
      aria-label="Dataset"
      onKeyDown={onKeyDown}
      className="mt-3 flex shrink-0 gap-1 overflow-x-auto border-b border-line px-2 sm:px-4"
    >
      {TABS.map((tab) => (
        <button
          key={tab}
          id={`tab-${tab}`}
          type="button"
          role="tab"
          aria-selected={tab === current}
          aria-controls="tab-panel"
          tabIndex={tab === current ? 0 : -1}
          onClick={() => go(tab)}
          className={cn(
            "-mb-px h-10 border-b-2 px-2.5 text-[13px] font-medium whitespace-nowrap transition-colors duration-150 focus-visible:-outline-offset-2",
            tab === current ? "border-accent text-fg" : "border-transparent text-muted hover:text-fg",
          )}
        >
          {words[tab]}
        </button>
      ))}
    </div>
  )
}
