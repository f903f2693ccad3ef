import { useSyncExternalStore } from 'react'
import { useNote } from './context'

/** Whether a rendered paragraph's text is open for editing. */
export function useIsOpened(paragraph: string): boolean {
  const { focus } = useNote()
  return useSyncExternalStore(focus.subscribe, () => focus.opened === paragraph)
}
