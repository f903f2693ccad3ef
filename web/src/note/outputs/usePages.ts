import { useEffect, useSyncExternalStore } from 'react'

/** Something that is read page by page. */
export interface Paged {
  subscribe: (listener: () => void) => () => void
  version: () => number
  /** Asks again for what could not be read. */
  retry: () => void
  /** Gives up what is on its way. */
  close: () => void
}

/** Draws again when pages arrive, asks again when the network is back, and gives up when it leaves the page. */
export function usePages(paged: Paged | null) {
  useSyncExternalStore(paged?.subscribe ?? never, paged?.version ?? zero)
  useEffect(() => {
    if (!paged) return
    window.addEventListener('online', paged.retry)
    return () => {
      window.removeEventListener('online', paged.retry)
      paged.close()
    }
  }, [paged])
}

const never = () => () => {}
const zero = () => 0
