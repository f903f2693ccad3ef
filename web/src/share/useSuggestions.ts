import { useEffect, useState } from 'react'
import type { Principal } from '../api/types'
import { everyone } from './access'
import { foldName } from './names'
import { searchPeople } from './people'

const pause = 120
const most = 8

/** Whom a beginning of a name may mean; nothing for an empty one. */
export function useSuggestions(query: string): Principal[] {
  const [found, setFound] = useState<{ query: string; people: Principal[] }>({ query: '', people: [] })
  useEffect(() => {
    if (!query) return
    const stop = new AbortController()
    const timer = setTimeout(() => {
      searchPeople(query, most, stop.signal).then(
        (people) => setFound({ query, people }),
        () => {}, // suggestions are a help; the name is checked when it is taken
      )
    }, pause)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [query])
  if (!query) return []
  const all = everyone.name.startsWith(foldName(query)) ? [everyone] : []
  // While one types on, what was found for fewer letters and still fits stays.
  const wanted = foldName(query)
  const fits = (p: Principal) =>
    query === found.query ||
    foldName(p.name).startsWith(wanted) ||
    foldName(p.displayName ?? '').startsWith(wanted)
  return [...all, ...(wanted.startsWith(foldName(found.query)) ? found.people.filter(fits) : [])]
}
