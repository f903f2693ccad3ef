// All paragraphs' texts of an open note: made when first needed, fed with committed
// edits, and led through everything that can happen to unsent changes.
import { ChangeSet, type Extension } from '@codemirror/state'
import type { EditText, Person } from '../../wire/types'
import { type ParagraphState, textOf } from '../replica/state'
import type { Keeping, KeptEdits } from '../text/keptEdits'
import { type Locks, lockName } from '../text/locks'
import { merge3 } from '../text/merge3'
import { ParagraphText, type TextHost, typedIn } from '../text/paragraphText'
import { type Link, newID } from './link'
import type { UnsavedList } from './unsavedList'

/** A paragraph that somebody deleted while it was edited here. */
export interface Ghost {
  paragraph: string
  by: Person
  /** What it stood behind. */
  after: string
}

export interface TextsOptions {
  link: Link
  unsaved: UnsavedList
  keeping: Keeping
  locks: Locks
  /** What an editor of the paragraph is made of, besides collaboration. */
  extensions?: (paragraph: string) => Extension
  onChange?: (paragraph: string) => void
}

export class Texts implements TextHost {
  private readonly texts = new Map<string, ParagraphText>()
  private readonly replays = new Set<ParagraphText>()
  private ghostMap: ReadonlyMap<string, Ghost> = new Map()
  private readonly session = newID()
  private clients = 0
  private readonly life = new AbortController()
  private locked: Promise<void> | undefined

  constructor(private readonly options: TextsOptions) {}

  private get link() {
    return this.options.link
  }

  /** The text of a paragraph that is in the note. */
  get(paragraph: string): ParagraphText | undefined {
    const known = this.texts.get(paragraph)
    if (known) return known
    const p = this.link.store.view.paragraphs.get(paragraph)
    if (!p) return undefined
    const text = new ParagraphText(paragraph, p, this, { extensions: this.options.extensions?.(paragraph) })
    this.texts.set(paragraph, text)
    return text
  }

  /** The text if it was ever needed. */
  peek(paragraph: string): ParagraphText | undefined {
    return this.texts.get(paragraph)
  }

  get ghosts(): ReadonlyMap<string, Ghost> {
    return this.ghostMap
  }

  /** How many paragraphs have changes that are on their way. */
  get unsentCount(): number {
    const unsent = [...this.all()].filter((t) => t.hasUnsent && !this.ghostMap.has(t.paragraph))
    return new Set(unsent.map((t) => t.paragraph)).size
  }

  /** The texts that have changes which are not confirmed. */
  waiting(): { paragraph: string; text: string }[] {
    const unsent = [...this.all()].filter((t) => t.hasUnsent)
    return unsent.map((t) => ({ paragraph: t.paragraph, text: t.text.toString() }))
  }

  // What the texts ask for.

  canSend(paragraph: string): boolean {
    const { confirmed } = this.link.store
    return this.link.isReady() && confirmed.allowed.has('write') && confirmed.paragraphs.has(paragraph)
  }

  sendEdit(id: string, edit: EditText) {
    this.link.send({ op: 'DO', note: this.link.note, id, kind: 'paragraph.edit', body: edit })
  }

  seq = () => this.link.store.confirmed.seq

  async keep(row: Pick<KeptEdits, 'paragraph' | 'client' | 'seq' | 'version' | 'base' | 'changes'>) {
    if (this.life.signal.aborted) return
    this.locked ??= this.options.locks.hold(lockName(this.session), this.life.signal)
    await this.locked
    const { note, store } = this.link
    const { name: noteName, epoch } = store.confirmed
    await this.options.keeping.put({ ...row, note, noteName, epoch, user: this.link.user(), at: Date.now() })
  }

  forget(paragraph: string, client: string) {
    return this.options.keeping.remove({ note: this.link.note, paragraph, client })
  }

  changed(text: ParagraphText) {
    if (this.replays.has(text) && !text.hasUnsent) this.replays.delete(text)
    this.options.onChange?.(text.paragraph)
  }

  newID = newID

  newClient = () => `${this.session}.${this.clients++}`

  // What happens to them.

  /** A committed edit. */
  receive(edit: EditText) {
    for (const t of this.of(edit.paragraph)) t.receive(edit)
  }

  /** A refused edit; false when it is none of these. */
  refused(id: string, code: string, message: string): boolean {
    const text = [...this.all()].find((t) => t.isUnderWay(id))
    if (!text) return false
    if (text.refused(id, code) === 'never' && !this.ghostMap.has(text.paragraph)) this.setAside(text, message)
    return true
  }

  /** The note is open (again), and everything missed has been received. */
  connected() {
    for (const t of this.all()) t.connected()
  }

  /** The whole state came anew: what was typed on another state is merged into it. */
  rebase() {
    const { paragraphs } = this.link.store.confirmed
    for (const t of [...this.all()]) {
      const p = paragraphs.get(t.paragraph)
      if (!p) this.missing(t)
      else if (p.version !== t.document.version || !p.text.eq(t.document.confirmed)) this.rebaseOne(t, p)
    }
  }

  private rebaseOne(t: ParagraphText, p: ParagraphState) {
    if (!t.hasUnsent) return t.restart(p)
    const [base, mine, theirs] = [t.document.confirmed, t.text, p.text].map(String) as [
      string,
      string,
      string,
    ]
    const merged = merge3(base, mine, theirs)
    if (merged.conflict) return this.setAside(t, 'Others changed the same lines while you were away.')
    t.restart(p)
    t.replaceAll(merged.text)
  }

  /** Gives a text's unsent changes to the drawer, and shows the server's text. */
  setAside(t: ParagraphText, why: string) {
    this.toDrawer(t, why)
    const p = this.link.store.confirmed.paragraphs.get(t.paragraph)
    if (p && !this.replays.has(t)) t.restart(p)
    else this.drop(t)
  }

  private toDrawer(t: ParagraphText, why: string) {
    if (!t.hasUnsent) return
    const { name: noteName } = this.link.store.confirmed
    this.options.unsaved.add({
      paragraph: t.paragraph,
      noteName,
      why,
      mine: t.text.toString(),
      typed: t.typed,
    })
  }

  /** The state has no such paragraph; unless its insertion is still under way, it was deleted. */
  private missing(t: ParagraphText) {
    if (this.link.store.view.paragraphs.has(t.paragraph)) return
    this.setAside(t, 'The paragraph was deleted.')
  }

  private drop(t: ParagraphText): Promise<void> {
    t.close()
    this.replays.delete(t)
    if (this.texts.get(t.paragraph) === t) {
      this.texts.delete(t.paragraph)
      this.dismissGhost(t.paragraph)
    }
    this.options.onChange?.(t.paragraph)
    return t.forgetKept()
  }

  /** The actions one is allowed have changed. */
  allowedChanged() {
    if (this.link.store.confirmed.allowed.has('write')) return this.connected()
    for (const t of [...this.all()])
      if (t.hasUnsent) this.setAside(t, 'You may not change this note any more.')
  }

  /** A paragraph was deleted; `mine` when it was done here. */
  deleted(paragraph: string, by: Person, mine: boolean) {
    const t = this.texts.get(paragraph)
    if (!t) return
    if (mine || !(t.hasUnsent || t.document.view?.hasFocus)) return void this.drop(t)
    t.document.unmount()
    const after = this.link.store.confirmed.bin.get(paragraph)?.after ?? ''
    this.setGhosts(new Map(this.ghostMap).set(paragraph, { paragraph, by, after }))
  }

  /** A paragraph came back from the bin. */
  restored(paragraph: string) {
    const t = this.texts.get(paragraph)
    if (!this.ghostMap.has(paragraph) || !t) return
    this.dismissGhost(paragraph)
    t.connected()
  }

  /** Throws a deleted paragraph's text away. */
  discardGhost(paragraph: string) {
    const t = this.texts.get(paragraph)
    if (t) this.drop(t)
  }

  private dismissGhost(paragraph: string) {
    if (!this.ghostMap.has(paragraph)) return
    const next = new Map(this.ghostMap)
    next.delete(paragraph)
    this.setGhosts(next)
  }

  private setGhosts(next: ReadonlyMap<string, Ghost>) {
    this.ghostMap = next
    this.options.onChange?.('')
  }

  /** Adds a text that brings an earlier visit's changes to the server. */
  startReplay(row: KeptEdits): ParagraphText {
    const base = { text: textOf(row.base), version: row.version }
    const t = new ParagraphText(row.paragraph, base, this, { clientID: row.client })
    this.replays.add(t)
    t.replay(row.changes)
    return t
  }

  /** Whether a replay has not ended yet. */
  isReplaying(t: ParagraphText): boolean {
    return this.replays.has(t)
  }

  /** Whether a client id is this visit's own. */
  isOwn(client: string): boolean {
    return client.startsWith(`${this.session}.`)
  }

  /** The note may not be read any more: texts and their copies go, what was typed stays. */
  async gone(why: string) {
    const forgotten: Promise<void>[] = []
    for (const t of [...this.all()]) {
      const { typed, paragraph } = t
      forgotten.push(this.drop(t))
      if (typed) this.options.unsaved.add({ paragraph, noteName: '', why, typed })
    }
    this.options.unsaved.keepTypedOnly()
    await Promise.all(forgotten)
    await this.clearKept(why).catch(() => {})
  }

  /** Other tabs' rows hold the note's text as well. */
  private async clearKept(why: string) {
    for (const row of await this.options.keeping.list(this.link.note)) {
      await this.options.keeping.remove(row)
      const typed = typedIn(row.changes.map((c) => ChangeSet.fromJSON(c)))
      const { paragraph } = row
      if (typed && row.user === this.link.user())
        this.options.unsaved.add({ paragraph, noteName: '', why, typed })
    }
  }

  /** The page goes elsewhere: what is unsent is kept for the next visit. */
  close() {
    const kept = [...this.all()].filter((t) => t.hasUnsent).map((t) => t.keep())
    for (const t of this.all()) t.close()
    void Promise.allSettled(kept).then(() => this.life.abort())
  }

  private *all(): Generator<ParagraphText> {
    yield* this.texts.values()
    yield* this.replays
  }

  private *of(paragraph: string): Generator<ParagraphText> {
    for (const t of [...this.all()]) if (t.paragraph === paragraph) yield t
  }
}
