// Who is signed in, for the whole page.
import { useSyncExternalStore } from 'react'
import { api } from '../api/client'
import type { Me } from '../api/types'

let me: Me | null = null
const listeners = new Set<() => void>()

/** The signed-in person, or null before loadMe or after signing out. */
export function useMe(): Me | null {
  return useSyncExternalStore(
    (f) => {
      listeners.add(f)
      return () => listeners.delete(f)
    },
    () => me,
  )
}

/** Takes the answer of signing in, set-up or /me as the person at this page. */
export function setMe(next: Me | null) {
  // The same answer again is no news.
  if (JSON.stringify(next) === JSON.stringify(me)) return
  me = next
  for (const f of listeners) f()
}

/** Asks the server who is signed in. */
export async function loadMe(options: { anonymous?: boolean } = {}): Promise<Me> {
  const answer = await api.get<Me>('/me', options)
  setMe(answer)
  return answer
}
