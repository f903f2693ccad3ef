// When somebody else changed the access while one was editing it: their version is
// taken, and one's own edits are made on it again.
import type { Principal } from '../api/types'
import { type Draft, type Entry, roles, sameEntries } from './access'
import { foldName } from './names'

export interface Merged {
  draft: Draft
  /** Whom the other one changed, by name. */
  theirs: Principal[]
  /** Whom both changed, differently: one's own edit stands. */
  both: Principal[]
}

/**
 * Puts the edits that led from `base` to `mine` onto `theirs`, name by name: whom I
 * changed stands as I left them, all others as the server has them.
 */
export function mergeDrafts(base: Draft, mine: Draft, theirs: Draft): Merged {
  const inherits = mine.inherits === base.inherits ? theirs.inherits : mine.inherits
  const merged: Merged = { draft: { entries: [], inherits }, theirs: [], both: [] }
  const all = [...theirs.entries, ...mine.entries, ...base.entries]
  for (const principal of principalsOf(all).values()) {
    const was = entriesFor(base, principal)
    const my = entriesFor(mine, principal)
    const their = entriesFor(theirs, principal)
    const iChanged = !sameEntries(was, my)
    const theyChanged = !sameEntries(was, their)
    if (theyChanged) merged.theirs.push(principal)
    if (iChanged && theyChanged && !sameEntries(my, their)) merged.both.push(principal)
    merged.draft.entries.push(...(iChanged ? my : their))
  }
  merged.draft.entries.sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role))
  return merged
}

function principalsOf(entries: Entry[]): Map<string, Principal> {
  return new Map(entries.map((e) => [foldName(e.principal.name), e.principal]))
}

function entriesFor(draft: Draft, principal: Principal): Entry[] {
  const name = foldName(principal.name)
  return draft.entries.filter((e) => foldName(e.principal.name) === name)
}
