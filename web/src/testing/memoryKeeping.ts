// Keeping and locks that several "tabs" of a test share.
import type { Keeping, KeptEdits, UnsavedText } from '../note/text/keptEdits'
import type { Locks } from '../note/text/locks'

export class MemoryKeeping implements Keeping {
  readonly edits = new Map<string, KeptEdits>()
  readonly unsaved = new Map<string, UnsavedText>()

  async put(row: KeptEdits) {
    this.edits.set(key(row), structuredClone(row))
  }
  async remove(row: Pick<KeptEdits, 'note' | 'paragraph' | 'client'>) {
    this.edits.delete(key(row))
  }
  async list(note: string) {
    return [...this.edits.values()].filter((r) => r.note === note)
  }
  async putUnsaved(text: UnsavedText) {
    this.unsaved.set(text.id, text)
  }
  async removeUnsaved(id: string) {
    this.unsaved.delete(id)
  }
  async listUnsaved(note: string) {
    return [...this.unsaved.values()].filter((t) => t.note === note)
  }
}

const key = (r: Pick<KeptEdits, 'note' | 'paragraph' | 'client'>) => `${r.note}/${r.paragraph}/${r.client}`

export class MemoryLocks implements Locks {
  private readonly tails = new Map<string, Promise<void>>()

  hold(name: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      void this.queue(name, () => {
        resolve()
        return new Promise((end) => signal.addEventListener('abort', () => end()))
      })
    })
  }

  withLock(name: string, _signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    return this.queue(name, work)
  }

  private queue(name: string, work: () => Promise<void>): Promise<void> {
    const mine = (this.tails.get(name) ?? Promise.resolve()).then(work)
    this.tails.set(
      name,
      mine.catch(() => {}),
    )
    return mine
  }
}
