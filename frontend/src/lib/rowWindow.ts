/**
 * Which rows of a very long table are in sight. Browsers cut elements off at some 17 to 33 million pixels, so
 * beyond MAX_SCROLL the scroll bar stands for the rows in proportion.
 */

export const MAX_SCROLL = 8_000_000

export interface RowWindow {
  /** The height of the element that is scrolled. */
  height: number
  /** Rows a pixel of the scroll bar stands for, times the row height; 1 while nothing is scaled. */
  scale: number
}

export function rowWindow(rows: number, rowHeight: number, viewport: number): RowWindow {
  const full = rows * rowHeight
  if (full <= MAX_SCROLL) return { height: full, scale: 1 }
  return { height: MAX_SCROLL, scale: (full - viewport) / (MAX_SCROLL - viewport) }
}

/** The rows to draw: from `first` up to but without `end`, and where the first one lies, in pixels. */
export function visibleRows(
  position: number,
  rows: number,
  rowHeight: number,
  viewport: number,
  overscan = 6,
) {
  const first = Math.max(0, Math.floor(position / rowHeight) - overscan)
  const end = Math.min(rows, Math.ceil((position + viewport) / rowHeight) + overscan)
  return { first, end: Math.max(first, end) }
}
