// Brings one paragraph's own changes to the server: at most one edit under way, kept
// in the browser's storage before it is sent, sent again under the same id when the
// answer was lost, and made anew on top of others' changes when it was stale.
import { ChangeSet, type Extension, type Text } from '@codemirror/state'
import type { Change, EditText, ID } from '../../wire/types'
import { OutOfStep } from '../replica/apply'
import { type Base, ParagraphDocument } from './document'
import type { KeptEdits } from './keptEdits'

/** What a paragraph's text needs of the note it belongs to. */
export interface TextHost {
  /** Whether an edit of the paragraph may be sent now. */
  canSend(paragraph: string): boolean
  /** Sends an edit under an operation id. */
  sendEdit(id: string, edit: EditText): void
  keep(row: Pick<KeptEdits, 'paragraph' | 'client' | 'seq' | 'version' | 'base' | 'changes'>): Promise<void>
  /** How far the note's log is applied. */
  seq(): number
  forget(paragraph: string, client: string): Promise<void>
  /** Something to show may have changed: text, unsent or not. */
  changed(text: ParagraphText): void
  newID(): string
  newClient(): string
}

interface UnderWay {
  id: ID
  edit: EditText
  /** Sent on this connection, and not answered. */
  asked: boolean
}

const coalesce = 50
const keepWithin = 250
const longestRetry = 5000

export class ParagraphText {
  readonly document: ParagraphDocument
  private underWay: UnderWay | null = null
  private preparing = false
  private held = 0
  private made = 0
  private confirmedOwn = 0
  private stales = 0
  private sendTimer: ReturnType<typeof setTimeout> | undefined
  private keepTimer: ReturnType<typeof setTimeout> | undefined
  private storage: Promise<void> = Promise.resolve()
  private isKept = false
  private closed = false
  private position: number
  private waitingForFree: (() => void)[] = []

  constructor(
    readonly paragraph: string,
    base: Base,
    private readonly host: TextHost,
    options: { clientID?: string; extensions?: Extension } = {},
  ) {
    this.position = host.seq()
    this.document = new ParagraphDocument({
      ...base,
      clientID: options.clientID ?? host.newClient(),
      extensions: options.extensions,
      onChange: (own) => this.onChange(own),
      onReceived: () => this.afterNews(),
    })
  }

  get text(): Text {
    return this.document.text
  }

  get hasUnsent(): boolean {
    return this.document.unsent.length > 0
  }

  /** What was typed here and is not confirmed, without the text around it. */
  get typed(): string {
    return typedIn(this.document.unsent)
  }

  /** Counts one's own changes ever made: marks what belongs to a run that was pressed. */
  get mark(): number {
    return this.made
  }

  /** Replays kept changes on the text they were made on. */
  replay(changes: readonly Change[]) {
    this.isKept = true
    for (const c of changes) this.document.dispatch({ changes: ChangeSet.fromJSON(c) })
  }

  /** Takes a committed edit of this paragraph. */
  receive(edit: EditText) {
    if (this.closed || edit.version < this.document.nextVersion) return
    if (edit.version > this.document.nextVersion)
      throw new OutOfStep(`${this.paragraph}: ${edit.version} is ahead.`)
    const own = edit.client === this.document.clientID
    if (own) {
      this.underWay = null
      this.stales = 0
      this.confirmedOwn += edit.changes.length
    }
    this.document.receive(
      edit.changes.map((c) => ChangeSet.fromJSON(c)),
      edit.client,
    )
  }

  isUnderWay(id: string): boolean {
    return this.underWay?.id === id
  }

  /** Changes the text to another one, as if typed, touching only what differs. */
  replaceAll(text: string) {
    const change = difference(this.text.toString(), text)
    if (change) this.document.dispatch({ changes: change })
  }

  /** The operation was refused as stale or for now; others mean that it will never be taken. */
  refused(id: string, code: string): 'again' | 'never' {
    if (this.underWay?.id !== id) return 'again'
    if (code === 'stale') {
      this.underWay = null
      this.freed()
      this.scheduleSend(Math.min(longestRetry, this.stales++ * 100))
      return 'again'
    }
    if (code === 'unavailable' || code === 'too_many') {
      this.underWay.asked = false
      this.scheduleSend(Math.min(longestRetry, 250 * 2 ** this.stales++))
      return 'again'
    }
    this.underWay = null
    return 'never'
  }

  /** The note is open (again): sends what has no answer yet. */
  connected() {
    if (this.underWay) this.underWay.asked = false
    if (this.underWay && this.underWay.edit.version !== this.document.version) this.underWay = null
    this.freed()
    this.scheduleSend(0)
  }

  /** Keeps typing after this moment from being sent until `release`, for a run that waits. */
  hold() {
    this.held++
  }

  release() {
    this.held--
    this.scheduleSend(0)
  }

  private get isFree(): boolean {
    return !this.underWay && !this.preparing && !this.document.isWaiting
  }

  /** Resolves when no edit is under way, so that `take` may be called. */
  whenFree(): Promise<void> {
    if (this.isFree) return Promise.resolve()
    return new Promise((resolve) => this.waitingForFree.push(resolve))
  }

  /** Resolves when nothing is unsent, or after a while in which that could not be. */
  async whenSent(within = 3000) {
    const until = Date.now() + within
    while (this.hasUnsent && !this.closed && Date.now() < until)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, until - Date.now())
        this.waitingForFree.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
  }

  private freed() {
    if (!this.isFree) return
    for (const f of this.waitingForFree.splice(0)) f()
  }

  /**
   * Takes the changes up to a mark as an edit that goes out inside another operation;
   * null when there are none.
   */
  take(mark: number, id: string): EditText | null {
    const count = Math.max(0, mark - this.confirmedOwn)
    const edit = this.edit(count)
    if (edit) this.underWay = { id, edit, asked: true }
    return edit
  }

  /** Writes what is unsent to the browser's storage; resolves when it is safe. */
  keep(): Promise<void> {
    clearTimeout(this.keepTimer)
    this.keepTimer = undefined
    const { document } = this
    if (!document.isWaiting) this.position = this.host.seq()
    const row = {
      seq: this.position,
      paragraph: this.paragraph,
      client: document.clientID,
      version: document.version,
      base: document.confirmed.toString(),
      changes: document.unsent.map((c) => c.toJSON() as Change),
    }
    if (row.changes.length === 0) return this.forgetKept()
    this.isKept = true
    return this.store(() => this.host.keep(row))
  }

  /** Starts over from the server's text; what was unsent must have been put elsewhere. */
  restart(base: Base) {
    this.forgetKept()
    this.reset()
    this.document.restart(base, this.host.newClient())
    this.host.changed(this)
  }

  close() {
    this.reset()
    this.closed = true
    this.document.unmount()
  }

  private reset() {
    clearTimeout(this.sendTimer)
    clearTimeout(this.keepTimer)
    this.keepTimer = undefined
    this.underWay = null
    this.stales = 0
    this.made = 0
    this.confirmedOwn = 0
    for (const f of this.waitingForFree.splice(0)) f()
  }

  private onChange(own: number) {
    if (own > 0) {
      this.made += own
      this.keepTimer ??= setTimeout(() => this.keep(), keepWithin)
      this.scheduleSend(coalesce)
    }
    this.host.changed(this)
  }

  private afterNews() {
    if (!this.hasUnsent) this.forgetKept()
    else this.scheduleSend(0)
    this.freed()
    this.host.changed(this)
  }

  /** Takes what was kept of this text out of the browser's storage. */
  forgetKept(): Promise<void> {
    clearTimeout(this.keepTimer)
    this.keepTimer = undefined
    if (!this.isKept) return this.storage
    this.isKept = false
    const client = this.document.clientID
    return this.store(() => this.host.forget(this.paragraph, client))
  }

  // A browser that cannot store must not keep edits from being sent.
  private store(act: () => Promise<void>): Promise<void> {
    this.storage = this.storage.then(act).catch(() => {})
    return this.storage
  }

  private scheduleSend(after: number) {
    if (this.closed) return
    clearTimeout(this.sendTimer)
    this.sendTimer = setTimeout(() => void this.send(), after)
  }

  private async send() {
    if (this.preparing || this.held > 0 || this.document.isWaiting || !this.host.canSend(this.paragraph))
      return
    if (this.underWay?.asked || !this.hasUnsent) return
    this.preparing = true
    await this.keep()
    this.preparing = false
    if (!this.closed && this.held === 0 && this.host.canSend(this.paragraph)) this.ask()
    this.freed()
  }

  private ask() {
    if (this.underWay?.asked || this.document.isWaiting) return
    const edit = this.underWay?.edit ?? this.edit(this.document.unsent.length)
    if (!edit) return
    this.underWay = { id: this.underWay?.id ?? this.host.newID(), edit, asked: true }
    this.host.sendEdit(this.underWay.id, edit)
  }

  private edit(count: number): EditText | null {
    const changes = this.document.unsent.slice(0, count)
    if (changes.length === 0) return null
    const { version, clientID } = this.document
    const json = changes.map((c) => c.toJSON() as Change)
    return { paragraph: this.paragraph, version, client: clientID, changes: json }
  }
}

function difference(from: string, to: string) {
  if (from === to) return null
  const most = Math.min(from.length, to.length)
  let head = 0
  while (head < most && from[head] === to[head]) head++
  let tail = 0
  while (tail < most - head && from.at(-1 - tail) === to.at(-1 - tail)) tail++
  return { from: head, to: from.length - tail, insert: to.slice(head, to.length - tail) }
}

/** The text that changes insert. */
export function typedIn(changes: readonly ChangeSet[]): string {
  const [first, ...rest] = changes
  if (!first) return ''
  const inserted: string[] = []
  const all = rest.reduce((a, b) => a.compose(b), first)
  all.iterChanges((_fromA, _toA, _fromB, _toB, text) => {
    if (text.length > 0) inserted.push(text.toString())
  })
  return inserted.join('\n')
}
