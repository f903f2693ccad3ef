// Where a new note will be and who will see it, told before it is made. The server
// decides; docs/decisions/new-notes.md has its rules.
import type { NewNotes, Node, Shared } from '../api/types'
import { pathOf, pathText } from './nodes'
import { type SharedState, sharedWords } from './SharedMark'

export type Audience = NewNotes | 'folder'

/** Where a name leads: the folder that is there, and the names of those to be made. */
export interface Destination {
  folder?: Node
  made: string[]
}

/** Follows the slashes in a name from a folder on (null: the top), as the server does. */
export function destinationOf(
  nodes: ReadonlyMap<string, Node>,
  parent: string | null,
  name: string,
): Destination {
  const names = name
    .split('/')
    .map((n) => n.trim())
    .filter(Boolean)
    .slice(0, -1)
  let folder = parent === null ? undefined : nodes.get(parent)
  while (names.length > 0) {
    const next = folderIn(nodes, folder?.id, names[0] ?? '')
    if (!next) break
    folder = next
    names.shift()
  }
  return { folder, made: names }
}

function folderIn(nodes: ReadonlyMap<string, Node>, parent: string | undefined, name: string) {
  for (const n of nodes.values())
    if (n.kind === 'folder' && n.parent === parent && n.name === name.normalize('NFC')) return n
  return undefined
}

export interface Foretelling {
  nodes: ReadonlyMap<string, Node>
  place: Destination
  audience: Audience
  /** The folder with how many it is shared with, once that is known. */
  within?: SharedState
}

/** Which workspace a new note will be in, and where and for whom, in words. */
export function foretell({ nodes, place, audience, within }: Foretelling): { shared: Shared; words: string } {
  const { folder, made } = place
  const shared = audience === 'folder' && folder ? (within ?? folder).shared : audienceShared(audience)
  const path = folder ? pathText(pathOf(nodes, folder.id)) : ''
  const where = [path, ...made].filter(Boolean).join(' / ')
  const at = where ? `in “${where}”` : 'at the top level'
  return {
    shared,
    words: `It will be ${at}, under “${sharedWords[shared]}”: ${who(audience, shared, within, folder)}`,
  }
}

const audienceShared = (audience: Audience): Shared => (audience === 'everyone' ? 'everyone' : 'me')

function who(audience: Audience, shared: Shared, within: SharedState | undefined, folder: Node | undefined) {
  if (audience === 'me')
    return folder
      ? 'nobody else sees it. It will be closed, so that access to the folder does not count.'
      : 'nobody else sees it.'
  if (audience === 'everyone') return 'everyone who signs in can read, run and change it.'
  const closed = folder?.closed ? ' The folder is closed: only what is given on it counts.' : ''
  if (shared === 'everyone') return `everyone who signs in has the access they have to the folder.${closed}`
  if (shared === 'me') return `nobody else has access to the folder now.${closed}`
  const n = within?.sharedWith ?? 0
  const people = n === 0 ? 'those who have access to the folder' : n === 1 ? '1 other person' : `${n} others`
  return `${people}, each with the access they have to the folder.${closed}`
}
