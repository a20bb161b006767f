import { type RefObject, useEffect } from "react"

interface TableKeys {
  rows: number
  active: number | null
  onActivate: (place: number | null) => void
  scroller: RefObject<HTMLElement | null>
}

const STEPS: Record<string, number> = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }

/** Keys of the sample table while it, or nothing else that takes keys, has the focus: j and k, arrows, Home, End. */
export function useTableKeys({ rows, active, onActivate, scroller }: TableKeys): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || !rows) return
      const target = event.target as HTMLElement
      const letters = event.key === "j" || event.key === "k"
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return
      if (!letters && target !== scroller.current) return
      const step = STEPS[event.key]
      let next: number | null = null
      if (step !== undefined) next = active === null ? 0 : active + step
      else if (event.key === "Home") next = 0
      else if (event.key === "End") next = rows - 1
      else if (event.key === "Enter" && active === null) next = 0
      if (next === null) return
      event.preventDefault()
      const place = Math.min(rows - 1, Math.max(0, next))
      onActivate(place)
    }
    document.addEventListener("keydown", onKey)
    return () => document.removeEventListener("keydown", onKey)
  }, [rows, active, onActivate, scroller])
}
