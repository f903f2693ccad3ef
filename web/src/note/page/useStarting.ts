import { useCallback, useSyncExternalStore } from 'react'
import { useNote } from './context'

/** Whether a run was pressed here and is not known to the server yet. */
export function useStarting(paragraph: string): boolean {
  const { client } = useNote()
  const subscribe = useCallback((f: () => void) => client.subscribe(paragraph, f), [client, paragraph])
  return useSyncExternalStore(subscribe, () => client.isStarting(paragraph))
}
