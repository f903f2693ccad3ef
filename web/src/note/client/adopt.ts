// Brings edits to the server that an earlier visit kept and did not get confirmed:
// exactly once, under the client id they were made with, and only when the tab they
// were made in is gone.
import { ChangeSet } from '@codemirror/state'
import type { EditText, Entry } from '../../wire/types'
import { OutOfStep } from '../replica/apply'
import { textOf } from '../replica/state'
import type { Keeping, KeptEdits } from '../text/keptEdits'
import { type Locks, lockName } from '../text/locks'
import { merge3 } from '../text/merge3'
import { typedIn } from '../text/paragraphText'
import type { Link } from './link'
import type { Texts } from './texts'
import type { UnsavedList } from './unsavedList'

export interface AdoptOptions {
  link: Link
  texts: Texts
  unsaved: UnsavedList
  keeping: Keeping
  locks: Locks
  /** The log after a position; null when the server does not go back that far. Rejects when the connection breaks. */
  history(seq: number): Promise<readonly Entry[] | null>
}

export class Adoption {
  private readonly waiting = new Set<string>()
  private readonly life = new AbortController()
  private done: (() => void)[] = []

  constructor(private readonly options: AdoptOptions) {}

  /** Looks for kept edits of tabs that are gone, or waits until they are. */
  async start() {
    const names = new Set((await this.rows()).map((r) => lockName(r.client)))
    for (const name of names) {
      if (this.waiting.has(name)) continue
      this.waiting.add(name)
      void this.options.locks
        .withLock(name, this.life.signal, () => this.replayAll(name))
        .catch(() => {}) // the rows are still there for the next time
        .finally(() => this.waiting.delete(name))
    }
  }

  /** Tells that texts have changed: a replay may have ended. */
  progress() {
    for (const f of this.done) f()
  }

  close() {
    this.life.abort()
    this.progress()
  }

  private async rows(): Promise<KeptEdits[]> {
    const { link, keeping, texts } = this.options
    const kept = await keeping.list(link.note).catch(() => [])
    return kept.filter((r) => r.user === link.user() && !texts.isOwn(r.client))
  }

  private async replayAll(name: string) {
    for (const row of await this.rows()) if (lockName(row.client) === name) await this.replay(row)
  }

  private async replay(row: KeptEdits) {
    const { link, texts, history } = this.options
    if (link.store.confirmed.epoch !== row.epoch) return this.recover(row)
    const missed = await history(row.seq)
    const { confirmed } = link.store
    const p = confirmed.paragraphs.get(row.paragraph)
    if (!p) return this.giveUp(row, 'The paragraph was deleted.')
    if (!confirmed.allowed.has('write')) return this.giveUp(row, 'You may not change this note any more.')
    if (!missed) return this.recover(row)
    const text = texts.startReplay(row)
    try {
      for (const edit of editsOf(missed, row)) text.receive(edit)
    } catch (e) {
      if (!(e instanceof OutOfStep)) throw e
      texts.setAside(text, 'The note has another history now.')
      return
    }
    text.connected()
    await this.ended(() => texts.isReplaying(text))
  }

  private ended(isGoing: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (isGoing() && !this.life.signal.aborted) return
        this.done = this.done.filter((f) => f !== check)
        resolve()
      }
      this.done.push(check)
      check()
    })
  }

  /** The log the changes were made on cannot be reached: merges by lines, or leaves it to the person. */
  private async recover(row: KeptEdits) {
    const { texts, keeping } = this.options
    const text = texts.get(row.paragraph)
    if (!text) return this.giveUp(row, 'The paragraph was deleted.')
    const merged = merge3(row.base, mineOf(row), text.text.toString())
    if (merged.conflict) return this.giveUp(row, 'Others changed the same lines while you were away.')
    text.replaceAll(merged.text)
    await text.keep()
    await keeping.remove(row)
  }

  private async giveUp(row: KeptEdits, why: string) {
    const { unsaved, keeping } = this.options
    const typed = typedIn(row.changes.map((c) => ChangeSet.fromJSON(c)))
    unsaved.add({ paragraph: row.paragraph, noteName: row.noteName, why, mine: mineOf(row), typed })
    await keeping.remove(row)
  }
}

function mineOf(row: KeptEdits): string {
  return row.changes.reduce((t, c) => ChangeSet.fromJSON(c).apply(t), textOf(row.base)).toString()
}

/** The edits of a row's paragraph in the log, from the row's version on. */
function editsOf(entries: readonly Entry[], row: KeptEdits): EditText[] {
  return entries.flatMap(editsIn).filter((e) => e.paragraph === row.paragraph && e.version >= row.version)
}

/** The edits that an entry brings. */
export function editsIn(e: Entry): EditText[] {
  if (e.kind === 'paragraph.edit') return [e.body]
  return e.kind === 'run.start' ? (e.body.edits ?? []) : []
}
