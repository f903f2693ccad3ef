// For tests of what stands on a note's page: the page around it, with a note that is open.
import type { ReactNode } from 'react'
import { vi } from 'vitest'
import { type NoteContext, NoteReact } from '../note/page/context'
import { ReplicaStore } from '../note/replica/store'
import type { NoteFrame } from '../wire/types'
import { show } from './components'

/** Shows an element as on the page of the open note `n`, with what it has and one may do. */
export function showInNote(element: ReactNode, has: Partial<NoteFrame> = {}) {
  const store = new ReplicaStore('n')
  store.take({
    op: 'NOTE',
    note: 'n',
    epoch: 'e',
    seq: 0,
    name: 'Churn',
    path: [],
    allowed: ['read', 'run', 'write', 'manage'],
    settings: {},
    paragraphs: [],
    runs: [],
    kernels: [],
    people: [],
    ...has,
  })
  const client = {
    note: 'n',
    store,
    serverNow: Date.now,
    subscribe: () => () => {},
    texts: { peek: () => undefined },
  }
  const note = { client, open: vi.fn(), announce: vi.fn() } as unknown as NoteContext
  return { ...show(<NoteReact value={note}>{element}</NoteReact>), note, store }
}
