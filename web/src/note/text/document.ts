// One paragraph's text as it is edited here: the server's text plus one's own changes
// that it has not confirmed. It lives with or without an editor on the page, so that
// mounting and unmounting lose neither text nor undo.
import { collab, getSyncedVersion, receiveUpdates, sendableUpdates, type Update } from '@codemirror/collab'
import {
  type ChangeDesc,
  type ChangeSet,
  EditorState,
  type Extension,
  type StateEffect,
  type Text,
  Transaction,
  type TransactionSpec,
} from '@codemirror/state'
import { EditorView } from '@codemirror/view'

const mostRecent = 200

export interface Base {
  text: Text
  version: number
}

export interface DocumentOptions extends Base {
  /** Names the maker of changes: never the same for two documents that are typed in. */
  clientID: string
  extensions?: Extension
  /** Called after every change of the text with the number of changes made here. */
  onChange?: (own: number) => void
  /** Called after confirmed changes were taken in. */
  onReceived?: () => void
}

export class ParagraphDocument {
  clientID: string
  /** The text as the server confirmed it, at `version`. */
  confirmed: Text
  view: EditorView | null = null
  /** Counts restarts: what was configured by effects has to be configured again. */
  generation = 0
  private headless: EditorState
  private readonly extensions: Extension
  private readonly onChange: (own: number) => void
  private readonly onReceived: () => void
  private waiting: Update[] = []
  /** The newest confirmed changes, the last of which led to `version`. */
  private recent: ChangeDesc[] = []

  constructor(options: DocumentOptions) {
    this.clientID = options.clientID
    this.extensions = options.extensions ?? []
    this.onChange = options.onChange ?? (() => {})
    this.onReceived = options.onReceived ?? (() => {})
    this.confirmed = options.text
    this.headless = this.fresh(options)
  }

  get state(): EditorState {
    return this.view?.state ?? this.headless
  }

  get text(): Text {
    return this.state.doc
  }

  /** The version of the server's text that is known and applied. */
  get version(): number {
    return getSyncedVersion(this.state)
  }

  /** The version the next confirmed change follows on. */
  get nextVersion(): number {
    return this.version + this.waiting.length
  }

  /** One's own changes that are not confirmed, oldest first. */
  get unsent(): readonly ChangeSet[] {
    return sendableUpdates(this.state).map((u) => u.changes)
  }

  /** Whether confirmed changes wait for the end of a composition (IME). */
  get isWaiting(): boolean {
    return this.waiting.length > 0
  }

  /** Takes confirmed changes, which follow on `version`; one's own are known by their client id. */
  receive(changes: readonly ChangeSet[], clientID: string) {
    this.waiting.push(...changes.map((c) => ({ changes: c, clientID })))
    this.settle()
  }

  /** Applies what waits, unless a composition is going on. */
  settle = () => {
    if (this.waiting.length === 0 || this.view?.composing) return
    const updates = this.waiting
    this.waiting = []
    this.confirmed = updates.reduce((t, u) => u.changes.apply(t), this.confirmed)
    this.recent = [...this.recent, ...updates.map((u) => u.changes.desc)].slice(-mostRecent)
    this.dispatch(receiveUpdates(this.state, updates))
    this.onReceived()
  }

  /** Where a position in the text of an earlier version is now; null when that cannot be told. */
  positionHere(position: number, version: number): number | null {
    const behind = this.version - version
    if (behind < 0 || behind > this.recent.length) return null
    const since = [...this.recent.slice(this.recent.length - behind), ...this.unsent]
    return since.reduce((at, c) => c.mapPos(Math.min(at, c.length), 1), position)
  }

  dispatch(...specs: (Transaction | TransactionSpec)[]) {
    if (this.view) return this.view.dispatch(...(specs as TransactionSpec[]))
    for (const spec of specs) {
      const tr = spec instanceof Transaction ? spec : this.headless.update(spec)
      this.headless = tr.state
      this.after([tr])
    }
  }

  /** Changes settings by effects, without touching the text. */
  configure(...effects: StateEffect<unknown>[]) {
    this.dispatch({ effects })
  }

  /** Shows the document in an editor. */
  mount(parent: HTMLElement): EditorView {
    this.unmount()
    this.view = new EditorView({
      state: this.headless,
      parent,
      dispatchTransactions: (trs, view) => {
        view.update(trs)
        this.after(trs)
      },
    })
    return this.view
  }

  /** Takes the editor off the page and keeps everything else. */
  unmount() {
    if (!this.view) return
    this.headless = this.view.state
    this.view.destroy()
    this.view = null
    this.settle()
  }

  /** Starts over from another text of the server's, as another client; unsent changes are dropped. */
  restart(base: Base, clientID: string) {
    this.clientID = clientID
    this.waiting = []
    this.confirmed = base.text
    this.generation++
    this.recent = []
    const state = this.fresh({ ...base, clientID })
    if (this.view) this.view.setState(state)
    else this.headless = state
    this.onChange(0)
  }

  private fresh({ text, version, clientID }: DocumentOptions): EditorState {
    return EditorState.create({
      doc: text,
      extensions: [collab({ startVersion: version, clientID }), this.extensions],
    })
  }

  private after(trs: readonly Transaction[]) {
    const changed = trs.filter((tr) => tr.docChanged)
    if (changed.length > 0) this.onChange(changed.filter((tr) => !tr.annotation(Transaction.remote)).length)
  }
}
