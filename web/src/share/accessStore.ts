// Who has access to one node while the dialog is open: fetched when it opens and when
// somebody may have changed it, and changed edit by edit, each saved at once. An edit
// that met somebody else's is made again on theirs; only if both were about the same
// person it is not.
import { useEffect, useState, useSyncExternalStore } from 'react'
import { ApiError, api } from '../api/client'
import type { Grants, Principal } from '../api/types'
import { onTreeChanged } from '../socket/live'
import { changedBetween, type Draft, draftOf, sameDraft, sameName, toChange } from './access'
import { type Edit, listed, undoing } from './edits'

export type SaveState =
  | { kind: 'none' }
  | { kind: 'saving' }
  /** `undo` takes it back. */
  | { kind: 'saved'; done: string; undo?: Edit }
  /** The edits were not made; making them again may help. */
  | { kind: 'failed'; error: unknown; edits: Edit[] }

export interface AccessState {
  /** As the server has it; undefined until the first answer. */
  grants: Grants | undefined
  /** With the edits that are being saved. */
  draft: Draft
  /** Why it cannot be had. */
  error: unknown
  save: SaveState
  /** Whose access somebody else has changed while one looked. */
  others: Principal[]
}

const most = 4

export class AccessStore {
  private state: AccessState = {
    grants: undefined,
    draft: { entries: [], closed: false },
    error: undefined,
    save: { kind: 'none' },
    others: [],
  }
  private queue: Edit[] = []
  private working: Promise<boolean> | undefined
  private loading: Promise<void> | undefined
  private again = false
  private readonly listeners = new Set<() => void>()

  constructor(private readonly node: string) {}

  get = () => this.state

  subscribe = (f: () => void) => {
    this.listeners.add(f)
    return () => this.listeners.delete(f)
  }

  /** Asks what the server has now; calls during a question lead to one more after it. */
  load = () => {
    this.again = true
    this.loading ??= this.loadWhileWanted().finally(() => {
      this.loading = undefined
    })
  }

  private async loadWhileWanted() {
    while (this.again) {
      this.again = false
      if (this.working) return // the answer to the edit tells
      try {
        await this.fetch()
      } catch (error) {
        const gone = error instanceof ApiError && error.status === 404
        this.set(gone ? { grants: undefined, error } : { error })
      }
    }
  }

  /** Makes an edit and saves it, after those before it; true when all are saved. */
  apply(edit: Edit): Promise<boolean> {
    this.queue.push(edit)
    this.set({ save: { kind: 'saving' } })
    this.working ??= this.work().finally(() => {
      this.working = undefined
    })
    return this.working
  }

  /** Makes again what failed. */
  retry() {
    const { save } = this.state
    if (save.kind !== 'failed') return
    for (const edit of save.edits) void this.apply(edit)
  }

  private async work(): Promise<boolean> {
    try {
      for (let edit = this.queue[0]; edit; edit = this.queue[0]) {
        const undo = await this.put(edit)
        this.queue.shift()
        const isLast = this.queue.length === 0
        this.set(isLast ? { save: { kind: 'saved', done: edit.done, undo } } : {})
      }
      return true
    } catch (error) {
      const edits = this.queue
      this.queue = []
      this.set({ save: { kind: 'failed', error, edits } })
      return false
    }
  }

  /** Saves one edit; returns what takes it back. */
  private async put(edit: Edit): Promise<Edit | undefined> {
    for (let tries = 1; ; tries++) {
      const { grants } = this.state
      if (!grants) throw new ApiError('unavailable', 'Who has access is not known yet. Try again.', 0)
      const before = draftOf(grants)
      const after = edit.apply(before)
      if (sameDraft(before, after)) return undefined
      try {
        this.take(await api.put<Grants>(`/nodes/${this.node}/grants`, toChange(grants, after)))
        return undoing(edit, before)
      } catch (e) {
        if (!(e instanceof ApiError && e.code === 'stale') || tries === most) throw e
        await this.fetch()
        this.refuseClash(edit, before)
      }
    }
  }

  /** Throws when somebody else changed just what the edit is about. */
  private refuseClash(edit: Edit, before: Draft) {
    const theirs = changedBetween(before.entries, this.now().entries)
    const both = edit.about.filter((p) => theirs.some((t) => sameName(t, p)))
    if (both.length === 0) return
    throw new Error(
      `Somebody else changed the access of ${listed(both)} at the same moment. The list shows what they made of it; your change was not made.`,
    )
  }

  private async fetch() {
    const grants = await api.get<Grants>(`/nodes/${this.node}/grants`)
    const known = this.state.grants
    if (known && grants.version < known.version) return // an edit was faster than this answer
    const before = this.now()
    this.take(grants)
    if (!known) return
    const fresh = changedBetween(before.entries, this.now().entries)
    const others = [...this.state.others.filter((o) => !fresh.some((f) => sameName(f, o))), ...fresh]
    this.set({ others })
  }

  private take(grants: Grants) {
    this.set({ grants, error: undefined })
  }

  /** As the server has it. */
  private now(): Draft {
    const { grants } = this.state
    return grants ? draftOf(grants) : this.state.draft
  }

  private set(change: Partial<AccessState>) {
    this.state = { ...this.state, ...change }
    this.state.draft = this.queue.reduce((draft, edit) => edit.apply(draft), this.now())
    for (const f of this.listeners) f()
  }
}

/** The access to a node, kept fresh while it is shown. */
export function useAccessStore(node: string): { store: AccessStore; state: AccessState } {
  const [store] = useState(() => new AccessStore(node))
  useEffect(() => {
    store.load()
    return onTreeChanged(store.load)
  }, [store])
  return { store, state: useSyncExternalStore(store.subscribe, store.get) }
}
