import { useEffect } from "react"

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
    !(target instanceof HTMLInputElement && target.type === "checkbox")
  )
}

/** Calls `handle` for a key pressed outside of any field, while no dialog lies above the place it is for. */
export function useHotkey(keyName: string, handle: () => void, inDialog = false): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== keyName || event.defaultPrevented) return
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
      if (!inDialog && document.querySelector('[role="dialog"]')) return
      event.preventDefault()
      handle()
    }
    document.addEventListener("keydown", onKey)
    return () => document.removeEventListener("keydown", onKey)
  }, [keyName, handle, inDialog])
}

/** `j` and `k` move the focus to the next and the previous of the elements that fit the selector. */
export function useRowKeys(selector: string): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = event.key === "j" ? 1 : event.key === "k" ? -1 : 0
      if (!step || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
      if (document.querySelector('[role="dialog"]')) return
      const rows = [...document.querySelectorAll<HTMLElement>(selector)]
      const at = rows.indexOf(document.activeElement as HTMLElement)
      const next = at < 0 ? rows[0] : rows[at + step]
      if (!next) return
      event.preventDefault()
      next.focus()
      next.scrollIntoView({ block: "nearest" })
    }
    document.addEventListener("keydown", onKey)
    return () => document.removeEventListener("keydown", onKey)
  }, [selector])
}
