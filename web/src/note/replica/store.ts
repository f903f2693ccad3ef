// Holds the state outside React and tells each listener only of its own slice. What
// is shown is the confirmed state with one's own unanswered structural operations
// applied on top.
import { useCallback, useSyncExternalStore } from 'react'
import type { NoteFrames, Operation, Person } from '../../wire/types'
import { apply } from './apply'
import { reduce } from './reduce'
import { type NoteState, unknownNote } from './state'

/** What a listener can wait for. `p:` a paragraph, `run:` and `out:` a run by id. */
export type Slice =
  | 'head'
  | 'order'
  | 'people'
  | 'carets'
  | 'runs'
  | 'kernels'
  | 'bin'
  | `p:${string}`
  | `run:${string}`
  | `out:${string}`

export type Hoped = Operation & { id: string }

export class ReplicaStore {
  /** What the server has confirmed. */
  confirmed: NoteState
  /** What is shown. */
  view: NoteState
  private hoped: readonly Hoped[] = []
  private readonly listeners = new Map<Slice, Set<() => void>>()

  constructor(id: string) {
    this.confirmed = unknownNote(id)
    this.view = this.confirmed
  }

  /** Takes a frame in; OutOfStep when it does not follow. */
  take(frame: NoteFrames) {
    this.confirmed = reduce(this.confirmed, frame)
    this.refresh()
  }

  /** Sets the unanswered operations that are shown as if done. */
  hope(hoped: readonly Hoped[]) {
    this.hoped = hoped
    this.refresh()
  }

  subscribe(slice: Slice, f: () => void): () => void {
    const set = this.listeners.get(slice) ?? new Set()
    this.listeners.set(slice, set.add(f))
    return () => {
      set.delete(f)
      if (set.size === 0) this.listeners.delete(slice)
    }
  }

  private refresh() {
    const before = this.view
    this.view = this.confirmed.phase === 'open' ? this.hoped.reduce(hope, this.confirmed) : this.confirmed
    for (const slice of changes(before, this.view))
      for (const f of [...(this.listeners.get(slice) ?? [])]) f()
  }
}

const me: Person = { id: 0, name: '' }

function hope(s: NoteState, op: Hoped): NoteState {
  return apply(s, op, { by: me, at: '' })
}

function* changes(a: NoteState, b: NoteState): Generator<Slice> {
  if (a === b) return
  if (headOf.some((k) => a[k] !== b[k])) yield 'head'
  for (const slice of ['order', 'people', 'carets', 'runs', 'kernels', 'bin'] as const)
    if (a[slice] !== b[slice]) yield slice
  for (const id of differing(a.paragraphs, b.paragraphs)) yield `p:${id}`
  for (const id of differing(a.runs, b.runs)) yield `run:${id}`
  for (const id of differing(a.outputs, b.outputs)) yield `out:${id}`
}

const headOf = ['phase', 'message', 'epoch', 'name', 'path', 'trashed', 'allowed', 'settings'] as const

function differing<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): string[] {
  if (a === b) return []
  const changed = [...b].filter(([id, v]) => a.get(id) !== v).map(([id]) => id)
  return changed.concat([...a.keys()].filter((id) => !b.has(id)))
}

/** A value of the shown state that renders again only when its slice changes. */
export function useSlice<T>(store: ReplicaStore, slice: Slice, read: (s: NoteState) => T): T {
  const subscribe = useCallback((f: () => void) => store.subscribe(slice, f), [store, slice])
  return useSyncExternalStore(subscribe, () => read(store.view))
}
