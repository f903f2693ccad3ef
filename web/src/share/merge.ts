// When somebody else changed the access while one was editing it: their version is
// taken, and one's own edits are made on it again.
import type { Principal } from '../api/types'
import { type Entry, roles, sameEntries } from './access'
import { foldName } from './names'

export interface Merged {
  entries: Entry[]
  /** Whom the other one changed, by name. */
  theirs: Principal[]
  /** Whom both changed, differently: one's own edit stands. */
  both: Principal[]
}

/**
 * Puts the edits that led from `base` to `mine` onto `theirs`, name by name: whom I
 * changed stands as I left them, all others as the server has them.
 */
export function mergeEntries(base: Entry[], mine: Entry[], theirs: Entry[]): Merged {
  const merged: Merged = { entries: [], theirs: [], both: [] }
  for (const [, principal] of principalsOf([...theirs, ...mine, ...base])) {
    const [was, my, their] = [base, mine, theirs].map((list) => entriesFor(list, principal)) as [
      Entry[],
      Entry[],
      Entry[],
    ]
    const iChanged = !sameEntries(was, my)
    const theyChanged = !sameEntries(was, their)
    if (theyChanged) merged.theirs.push(principal)
    if (iChanged && theyChanged && !sameEntries(my, their)) merged.both.push(principal)
    merged.entries.push(...(iChanged ? my : their))
  }
  merged.entries.sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role))
  return merged
}

function principalsOf(entries: Entry[]): Map<string, Principal> {
  return new Map(entries.map((e) => [foldName(e.principal.name), e.principal]))
}

function entriesFor(entries: Entry[], principal: Principal): Entry[] {
  const name = foldName(principal.name)
  return entries.filter((e) => foldName(e.principal.name) === name)
}
