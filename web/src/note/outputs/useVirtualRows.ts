// The rows of a long list that are in view: fixed height, any number. Browsers stop at
// some 33 million pixels, so beyond that the scroll position is scaled.
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'

const tallest = 30_000_000
const overscan = 8

export interface VirtualRows {
  box: RefObject<HTMLDivElement | null>
  onScroll: () => void
  /** First and one behind the last row to render. */
  first: number
  last: number
  /** The first row in view. */
  top: number
  /** Height of all, and where the rendered rows begin, in pixels. */
  height: number
  offset: number
  /** Scrolls to a row, which then stands in the middle. */
  goTo: (row: number) => void
}

/** With `stick` the view follows the end as long as it is there. */
export function useVirtualRows(count: number, rowHeight: number, stick = false): VirtualRows {
  const box = useRef<HTMLDivElement | null>(null)
  const atEnd = useRef(stick)
  const [view, setView] = useState({ top: 0, height: 600 })
  const total = count * rowHeight
  const height = Math.min(total, tallest)

  const read = useCallback(() => {
    const b = box.current
    if (!b) return
    atEnd.current = b.scrollTop + b.clientHeight >= b.scrollHeight - rowHeight
    setView((v) =>
      v.top === b.scrollTop && v.height === b.clientHeight ? v : { top: b.scrollTop, height: b.clientHeight },
    )
  }, [rowHeight])
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows are what moves the end
  useLayoutEffect(() => {
    const b = box.current
    if (b && stick && atEnd.current) b.scrollTop = b.scrollHeight
    read()
  }, [count, stick, read])

  const goTo = useCallback(
    (row: number) => {
      const b = box.current
      if (!b) return
      const real = Math.max(0, (row + 0.5) * rowHeight - b.clientHeight / 2)
      const scale = total <= tallest ? 1 : (height - b.clientHeight) / (total - b.clientHeight)
      b.scrollTop = real * scale
      read()
    },
    [rowHeight, total, height, read],
  )

  const room = Math.max(1, height - view.height)
  const real = total <= tallest ? view.top : (view.top / room) * (total - view.height)
  const top = Math.max(0, Math.floor(real / rowHeight))
  const first = Math.max(0, top - overscan)
  const last = Math.min(count, Math.ceil((real + view.height) / rowHeight) + overscan)
  return {
    box,
    onScroll: read,
    first,
    last,
    top,
    height,
    offset: view.top - (real - first * rowHeight),
    goTo,
  }
}
