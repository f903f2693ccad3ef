// Where folders and notes have their pages.
import type { Node } from '../api/types'
import type { Place } from '../app/router'

/** The page of a note, or the home page with a folder as its place. */
export function hrefOf({ id, kind }: Pick<Node, 'id' | 'kind'>): string {
  return kind === 'note' ? `/n/${id}` : `/?folder=${id}`
}

/** The folder that an address shows. */
export function folderAt({ path, search }: Place): string | undefined {
  return path === '/' ? new URLSearchParams(search).get('folder') || undefined : undefined
}

/** The folder or note that an address shows. */
export function nodeAt(place: Place): string | undefined {
  return /^\/n\/([0-9a-z]{26})$/.exec(place.path)?.[1] ?? folderAt(place)
}
