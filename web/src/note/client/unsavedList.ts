// Texts that could not be saved, for the drawer "Not saved". Nothing leaves it but by
// the person's hand.
import type { ID } from '../../wire/types'
import type { Keeping, UnsavedText } from '../text/keptEdits'
import { newID } from './link'

export class UnsavedList {
  private list: readonly UnsavedText[] = []
  private readonly listeners = new Set<() => void>()

  constructor(
    private readonly note: ID,
    private readonly user: () => number,
    private readonly keeping: Keeping,
  ) {}

  get = () => this.list

  subscribe = (f: () => void) => {
    this.listeners.add(f)
    return () => {
      this.listeners.delete(f)
    }
  }

  /** Brings back what earlier visits left. */
  async load() {
    const kept = await this.keeping.listUnsaved(this.note).catch(() => [])
    const known = new Set(this.list.map((t) => t.id))
    this.set([...kept.filter((t) => t.user === this.user() && !known.has(t.id)), ...this.list])
  }

  /** Adds a text; one without anything typed is not worth it. */
  add(text: Omit<UnsavedText, 'id' | 'note' | 'user' | 'at'>) {
    const whole = { ...text, id: newID(), note: this.note, user: this.user(), at: Date.now() }
    this.set([...this.list, whole])
    this.keeping.putUnsaved(whole).catch(() => {})
  }

  remove(id: string) {
    this.set(this.list.filter((t) => t.id !== id))
    this.keeping.removeUnsaved(id).catch(() => {})
  }

  /** The note may not be read any more: only what was typed here stays. */
  keepTypedOnly() {
    for (const t of this.list) if (t.typed === '') this.keeping.removeUnsaved(t.id).catch(() => {})
    this.set(this.list.filter((t) => t.typed !== '').map(({ mine: _, ...t }) => ({ ...t, noteName: '' })))
    for (const t of this.list) this.keeping.putUnsaved(t).catch(() => {})
  }

  private set(next: readonly UnsavedText[]) {
    this.list = next
    for (const f of this.listeners) f()
  }
}
