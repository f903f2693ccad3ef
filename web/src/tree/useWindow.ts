// Which rows of a long list of equally high rows need to be in the document.
import { type RefObject, useCallback, useLayoutEffect, useState } from 'react'

/** Shorter lists stand in the document whole. */
export const wholeUpTo = 200
const beyond = 12
/** Taken while the height is unknown, as before the first layout. */
const likelyHeight = 800

export interface Sight {
  from: number
  to: number
}

/** The rows from `from` up to, not including, `to` for a scroll position. */
export function windowOf(count: number, rowHeight: number, top: number, height: number): Sight {
  if (count <= wholeUpTo) return { from: 0, to: count }
  const first = Math.floor(top / rowHeight) - beyond
  const last = Math.ceil((top + (height || likelyHeight)) / rowHeight) + beyond
  return { from: Math.max(0, Math.min(first, count)), to: Math.min(count, last) }
}

/** Follows the scrolling of the element; `show` scrolls a row into sight. */
export function useWindow(scroller: RefObject<HTMLElement | null>, count: number, rowHeight: number) {
  const [place, setPlace] = useState({ top: 0, height: 0 })
  const measure = useCallback(() => {
    const e = scroller.current
    if (e) setPlace({ top: e.scrollTop, height: e.clientHeight })
  }, [scroller])
  useLayoutEffect(() => {
    measure()
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  }, [measure])
  const show = useCallback(
    (index: number) => {
      const e = scroller.current
      if (!e || index < 0) return
      const top = index * rowHeight
      if (top < e.scrollTop) e.scrollTop = top
      else if (top + rowHeight > e.scrollTop + e.clientHeight) e.scrollTop = top + rowHeight - e.clientHeight
    },
    [scroller, rowHeight],
  )
  return { ...windowOf(count, rowHeight, place.top, place.height), onScroll: measure, show }
}
