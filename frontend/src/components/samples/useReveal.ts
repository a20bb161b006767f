import { useEffect, useRef } from "react"

interface Window {
  first: number
  end: number
  ready: boolean
  reveal: (row: number, align?: "nearest" | "center") => void
}

/** Brings the open row into sight when it changes, also by the address; the person may scroll away from it. */
export function useReveal(row: number | null, view: Window): void {
  const current = useRef(view)
  current.current = view
  const { ready } = view
  useEffect(() => {
    if (row === null || !ready) return
    const { first, end, reveal } = current.current
    reveal(row, row < first || row >= end ? "center" : "nearest")
  }, [row, ready])
}
