import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react"
import { rowWindow, visibleRows } from "@/lib/rowWindow"

/**
 * Windowing by row number for tables of any length. `position` is in unscaled pixels from the first row; where
 * the scroll bar is scaled, the wheel still moves by rows.
 */
export function useRowWindow(scroller: RefObject<HTMLElement | null>, rows: number, rowHeight: number) {
  const [viewport, setViewport] = useState(0)
  const [position, setPosition] = useState(0)
  /** The scrollTop we set ourselves: its event must not round our position. */
  const expected = useRef<number | null>(null)
  const { height, scale } = rowWindow(rows, rowHeight, viewport)
  const last = Math.max(0, rows * rowHeight - viewport)

  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const measure = () => setViewport(element.clientHeight)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller])

  const moveTo = useCallback(
    (next: number) => {
      const element = scroller.current
      const bounded = Math.min(last, Math.max(0, next))
      setPosition(bounded)
      if (!element) return
      element.scrollTop = bounded / scale
      expected.current = element.scrollTop
    },
    [scroller, last, scale],
  )

  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const onScroll = () => {
      if (expected.current !== null && Math.abs(element.scrollTop - expected.current) < 1) {
        expected.current = null
        return
      }
      expected.current = null
      setPosition(element.scrollTop * scale)
    }
    const onWheel = (event: WheelEvent) => {
      if (scale === 1 || event.ctrlKey || !event.deltaY) return
      event.preventDefault()
      moveTo(position + event.deltaY)
    }
    element.addEventListener("scroll", onScroll)
    element.addEventListener("wheel", onWheel, { passive: false })
    return () => {
      element.removeEventListener("scroll", onScroll)
      element.removeEventListener("wheel", onWheel)
    }
  }, [scroller, scale, moveTo, position])

  const reveal = useCallback(
    (row: number, align: "nearest" | "center" = "nearest") => {
      const top = row * rowHeight
      if (align === "center") moveTo(top - viewport / 2 + rowHeight)
      else if (top < position) moveTo(top)
      else if (top + rowHeight * 2 > position + viewport) moveTo(top + rowHeight * 2 - viewport)
    },
    [moveTo, position, viewport, rowHeight],
  )

  const { first, end } = visibleRows(position, rows, rowHeight, viewport)
  /** Where the first drawn row lies within the scrolled element. */
  const offset = scale === 1 ? first * rowHeight : position / scale - (position - first * rowHeight)
  return { height, first, end, offset, reveal, ready: viewport > 0 }
}
