// What a change of a group's members would do, asked before it is made.
import { ApiError, api } from '../../api/client'
import type { Preview } from '../../api/sharing'
import type { Member } from '../../api/types'
import { foldName } from '../../share/names'

/** So many names are taken at once, as by the server. */
export const maxPasted = 2000

export function previewMembers(group: number, names: string[], signal?: AbortSignal): Promise<Preview> {
  return api.post<Preview>('/preview', { change: { kind: 'group', group, members: names } }, { signal })
}

/** A pasted list, as far as it can be told from what is here. */
export interface PastedList {
  names: string[]
  /** Not among the members. */
  fresh: string[]
  already: number
  repeated: number
  /** How many are beyond what is taken at once. */
  tooMany: number
}

export function readPasted(text: string, members: readonly Member[]): PastedList {
  const parts = text.split(/[,;\t\r\n]+/).map((p) =>
    p
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  )
  const all = parts.filter(Boolean)
  const names = [...new Map(all.map((n) => [foldName(n), n])).values()]
  const held = new Set(members.map((m) => foldName(m.name)))
  const fresh = names.filter((n) => !held.has(foldName(n)))
  return {
    names,
    fresh,
    already: names.length - fresh.length,
    repeated: all.length - names.length,
    tooMany: Math.max(0, names.length - maxPasted),
  }
}

/** The names that a refusal says nobody bears. */
export function unknownIn(error: unknown): string[] {
  const details = error instanceof ApiError ? (error.details as { unknown?: unknown } | undefined) : undefined
  return Array.isArray(details?.unknown) ? details.unknown.filter((n) => typeof n === 'string') : []
}
