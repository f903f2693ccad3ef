// When a change of access is looked at once more before it counts: where it reaches
// further than the people one has just named.

import type { Preview } from '../api/sharing'
import type { Node } from '../api/types'
import { type Draft, everyone, raised, sameName } from './access'

/** As many people may gain something through a group before it is shown first. */
export const manyPeople = 10

/** Why a change may reach further than the names in it say. */
export type Widening = 'everyone' | 'group' | 'folder' | 'closing'

export function wideningOf(kind: Node['kind'], before: Draft, after: Draft): Widening | undefined {
  const more = raised(before.entries, after.entries)
  if (more.some((e) => sameName(e.principal, everyone))) return 'everyone'
  if (before.closed !== after.closed) return 'closing'
  if (kind === 'folder' && before.entries !== after.entries) return 'folder'
  if (more.some((e) => e.principal.kind === 'group')) return 'group'
  return undefined
}

/** Whether somebody has to say once more that they mean it, given what it would do. */
export function needsReview(widening: Widening, preview: Preview): boolean {
  const { gain, lose } = preview.people
  if (widening === 'everyone' || widening === 'closing' || preview.truncated) return true
  if (widening === 'folder') return gain + lose > 0 && preview.notes > 1
  return gain > manyPeople
}
