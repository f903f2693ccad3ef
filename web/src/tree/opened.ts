// Which folders are open, and which notes were opened last: kept in this browser, by
// ids alone, for each account.
import { useCallback, useState } from 'react'

const maxOpen = 2000
const maxRecent = 30

function read(key: string): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(value) ? value.filter((v) => typeof v === 'string') : []
  } catch {
    return [] // kept by something else, or nothing may be stored
  }
}

function write(key: string, ids: string[]) {
  try {
    localStorage.setItem(key, JSON.stringify(ids))
  } catch {
    // A full or closed storage forgets; nothing depends on it.
  }
}

/** The open folders and what changes them. */
export function useOpenFolders(me: number) {
  const key = `quire.tree.open.${me}`
  const [open, setOpen] = useState(() => new Set(read(key)))
  const change = useCallback(
    (ids: string[], isOpen: boolean) =>
      setOpen((before) => {
        if (ids.every((id) => before.has(id) === isOpen)) return before
        const after = new Set(before)
        for (const id of ids) isOpen ? after.add(id) : after.delete(id)
        write(key, [...after].slice(-maxOpen))
        return after
      }),
    [key],
  )
  return { open, change }
}

const recentKey = (me: number) => `quire.recent.${me}`

/** The notes opened last, latest first. */
export const recentNotes = (me: number) => read(recentKey(me))

export function noteOpened(me: number, id: string) {
  write(recentKey(me), [id, ...recentNotes(me).filter((other) => other !== id)].slice(0, maxRecent))
}
