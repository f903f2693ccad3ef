// What the parts of an open note's client share: its state and its way to the server.
import type { ClientFrame, ID } from '../../wire/types'
import type { ReplicaStore } from '../replica/store'

export interface Link {
  readonly note: ID
  readonly store: ReplicaStore
  /** A connection is there, and the note is or will be open on it. */
  isOnline(): boolean
  /** The note is open on a live connection and everything missed has come. */
  isReady(): boolean
  send(frame: ClientFrame): void
  /** Who is at this page. */
  user(): number
}

/** An id for an operation, unlike all others. */
export function newID(): string {
  return letters(16)
}

/** An id for a new paragraph, in Zeppelin's manner of a word and a number. */
export function newParagraphID(): string {
  return `paragraph_${Date.now()}_${letters(6)}`
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

function letters(count: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(count)), (b) => alphabet[b % 32]).join('')
}
