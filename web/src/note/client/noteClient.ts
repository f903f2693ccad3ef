// An open note at this page: opens it on the connection, keeps the replica and the
// texts in step with what comes, and resumes after a break.
import type { Extension } from '@codemirror/state'
import { ApiError } from '../../api/client'
import type { ConnectionListener } from '../../socket/connection'
import type {
  ClientFrame,
  Entry,
  EntryFrame,
  ID,
  Kind,
  NoteFrames,
  Operations,
  PersonalFrames,
  RefusedFrame,
  ServerFrame,
} from '../../wire/types'
import { Questions } from '../input/questions'
import { OutOfStep } from '../replica/apply'
import { ReplicaStore } from '../replica/store'
import type { Keeping } from '../text/keptEdits'
import type { Locks } from '../text/locks'
import { Comms, isOfComms } from '../widgets/comms'
import { Adoption, editsIn } from './adopt'
import type { Link } from './link'
import { PendingOperations } from './operations'
import { Runner } from './runner'
import { Texts } from './texts'
import { UnsavedList } from './unsavedList'

/** The part of the connection that is used. */
export interface Line {
  listen(l: ConnectionListener): () => void
  send(frame: ClientFrame): boolean
  suspect(): void
}

export interface NoteClientOptions {
  note: ID
  user: number
  line: Line
  keeping: Keeping
  locks: Locks
  extensions?: (client: NoteClient, paragraph: string) => Extension
}

interface Waiting {
  resolve: (entries: readonly Entry[] | null) => void
  reject: (failure: Error) => void
}

const overdue = 15_000
const reopenAfter = 1000

export class NoteClient implements Link {
  readonly note: ID
  readonly store: ReplicaStore
  readonly unsaved: UnsavedList
  readonly texts: Texts
  readonly questions: Questions
  readonly comms: Comms
  private readonly operations: PendingOperations
  private readonly runner: Runner
  private readonly adoption: Adoption
  private readonly listeners = new Map<string, Set<() => void>>()
  private readonly asked = new Map<string, number>()
  private ready = false
  private online = false
  private watched: string[] = []
  /** How far this computer's clock is ahead of the server's, ms. */
  private skew = 0
  private histories: Waiting[] = []
  private stopListening: () => void = () => {}
  private timers: ReturnType<typeof setTimeout>[] = []

  constructor(private readonly options: NoteClientOptions) {
    const { note, keeping, locks, extensions } = options
    this.note = note
    this.store = new ReplicaStore(note)
    this.unsaved = new UnsavedList(note, this.user, keeping)
    this.unsaved.subscribe(() => this.tell(''))
    this.questions = new Questions(this)
    this.comms = new Comms(this)
    this.texts = new Texts({
      link: this,
      unsaved: this.unsaved,
      keeping,
      locks,
      extensions: extensions && ((paragraph) => extensions(this, paragraph)),
      onChange: (paragraph) => this.changed(paragraph),
    })
    this.operations = new PendingOperations(this, () => this.tell(''))
    this.runner = new Runner(this, this.texts, this.operations, (paragraph) => this.tell(paragraph))
    const history = (seq: number) => this.history(seq)
    this.adoption = new Adoption({
      link: this,
      texts: this.texts,
      unsaved: this.unsaved,
      keeping,
      locks,
      history,
    })
  }

  /** Opens the note now and after every break, until `close`. */
  open() {
    void this.unsaved.load()
    this.timers.push(setInterval(() => this.checkOverdue(), 5000))
    this.stopListening = this.options.line.listen({
      ready: () => this.ask(),
      frame: (f) => this.frame(f),
      lost: () => this.lost(),
    })
  }

  close() {
    this.options.line.send({ op: 'CLOSE', note: this.note })
    this.stopListening()
    this.lost()
    for (const t of this.timers) clearTimeout(t)
    this.adoption.close()
    this.texts.close()
  }

  isReady = () => this.ready

  /** Now, by the server's clock. */
  serverNow = () => Date.now() - this.skew

  /** A connection is there, and the note is or will be open on it. */
  isOnline = () => this.online

  user = () => this.options.user

  send(frame: ClientFrame) {
    if (this.options.line.send(frame) && frame.op === 'DO') this.asked.set(frame.id, Date.now())
  }

  /** Asks for an operation; rejects with ApiError when it is refused. */
  do<K extends Kind>(kind: K, body: Operations[K]): Promise<Entry> {
    if (this.online) return this.operations.do(kind, body)
    return Promise.reject(
      new ApiError('unavailable', 'You are not connected. Typing is kept; this has to wait.', 0),
    )
  }

  /** Queues runs of the paragraphs' texts as they are now. */
  run = (paragraphs: string[]) => this.runner.run(paragraphs)

  isStarting = (paragraph: string) => this.runner.isStarting(paragraph)

  /** Whether leaving the page now would leave something unsent behind. */
  get isPending(): boolean {
    return this.operations.count > 0 || this.texts.unsentCount > 0 || this.texts.ghosts.size > 0
  }

  /** Names the paragraphs near the viewport, whose output is wanted. */
  watch(paragraphs: string[]) {
    this.watched = paragraphs
    if (this.ready) this.send({ op: 'WATCH', note: this.note, paragraphs })
  }

  /** Calls back when a paragraph's text here, unsent or not, may have changed; '' is any. */
  subscribe(paragraph: string, f: () => void): () => void {
    const set = this.listeners.get(paragraph) ?? new Set()
    this.listeners.set(paragraph, set.add(f))
    return () => {
      set.delete(f)
      if (set.size === 0) this.listeners.delete(paragraph)
    }
  }

  private changed(paragraph: string) {
    this.adoption.progress()
    this.tell(paragraph)
  }

  private tell(paragraph: string) {
    for (const f of [...(this.listeners.get(paragraph) ?? [])]) f()
    if (paragraph !== '') this.tell('')
  }

  private ask(afresh = false) {
    const { phase, epoch, seq } = this.store.confirmed
    if (phase === 'gone') return
    this.online = true
    this.send({ op: 'OPEN', note: this.note, ...(phase === 'open' && !afresh && { epoch, seq }) })
  }

  private lost() {
    this.ready = false
    this.online = false
    this.asked.clear()
    this.questions.lost()
    this.comms.lost()
    for (const w of this.histories.splice(0)) w.reject(new Error('The connection broke.'))
    this.tell('')
  }

  private checkOverdue() {
    const oldest = Math.min(...this.asked.values())
    if (Date.now() - oldest > overdue) this.options.line.suspect()
  }

  private frame(f: ServerFrame) {
    if (!('note' in f) || f.note !== this.note) return
    try {
      this.take(f)
    } catch (e) {
      if (!(e instanceof OutOfStep)) throw e
      this.resync()
    }
  }

  private resync() {
    this.ready = false
    this.options.line.send({ op: 'CLOSE', note: this.note })
    this.ask(true)
  }

  private take(f: NoteFrames | PersonalFrames) {
    if (f.op === 'INPUT' || f.op === 'INPUT_DONE') return this.questions.take(f)
    if (isOfComms(f)) return this.comms.take(f)
    if (f.op === 'ENTRY') return this.entry(f)
    if (f.op === 'REFUSED') return this.refused(f)
    if (f.op === 'RESUME') return this.resumed(f)
    if (f.op === 'GONE') return this.gone(f)
    this.store.take(f)
    if (f.op === 'KERNELS') this.comms.kernels(f.kernels)
    if (f.op === 'ALLOWED') this.texts.allowedChanged()
    if (f.op === 'NOTE') {
      this.texts.rebase()
      this.nowReady(null)
    }
  }

  private entry(f: EntryFrame) {
    if (!this.ready) return // the answer to OPEN brings it
    this.skew = Date.now() - Date.parse(f.at) || 0
    this.asked.delete(f.id)
    if (f.seq > this.store.confirmed.seq) {
      this.store.take(f)
      this.deliver(f)
    }
    this.operations.entry(f)
  }

  private deliver(e: Entry) {
    for (const edit of editsIn(e)) this.texts.receive(edit)
    if (e.kind === 'paragraph.delete') this.texts.deleted(e.body.paragraph, e.by, this.operations.has(e.id))
    if (e.kind === 'paragraph.restore') this.texts.restored(e.body.paragraph)
    if (e.kind === 'paragraph.insert') this.texts.peek(e.body.paragraph)?.connected()
  }

  private resumed(f: Extract<NoteFrames, { op: 'RESUME' }>) {
    const known = this.store.confirmed.seq
    this.store.take(f)
    for (const e of f.entries ?? []) {
      if (e.seq > known) this.deliver(e)
      this.operations.entry(e)
    }
    this.nowReady(f.entries ?? [])
  }

  private nowReady(missed: readonly Entry[] | null) {
    this.ready = true
    this.questions.clear()
    this.comms.kernels(this.store.confirmed.kernels)
    for (const w of this.histories.splice(0)) w.resolve(missed)
    this.operations.ready()
    this.texts.allowedChanged()
    this.watch(this.watched)
    this.tell('')
    void this.adoption.start()
  }

  private refused(f: RefusedFrame) {
    if (f.id === undefined || f.id === '') return this.openRefused(f)
    this.asked.delete(f.id)
    if (this.questions.refused(f) || this.comms.refused(f)) return
    if (!this.operations.refused(f)) this.texts.refused(f.id, f.code, f.message)
  }

  private openRefused(f: RefusedFrame) {
    const again = f.code === 'unavailable' || f.code === 'too_many'
    if (again) this.timers.push(setTimeout(() => this.ask(), reopenAfter))
    else if (this.store.confirmed.phase === 'open') this.forgetNote(f.message)
    else this.store.take(f)
  }

  private gone(f: Extract<NoteFrames, { op: 'GONE' }>) {
    if (f.why === 'resync') return this.resync()
    this.forgetNote(f.message)
  }

  private forgetNote(message: string) {
    this.ready = false
    this.questions.clear()
    this.comms.clear()
    this.operations.abandon(message)
    void this.texts.gone(message)
    this.store.take({ op: 'GONE', note: this.note, why: 'access', message })
    this.tell('')
  }

  /** Asks for the log after an earlier position; the note stays as it is. */
  private history(seq: number): Promise<readonly Entry[] | null> {
    if (!this.ready) return Promise.reject(new Error('The note is not open.'))
    this.ready = false
    this.options.line.send({ op: 'CLOSE', note: this.note })
    const answer = new Promise<readonly Entry[] | null>((resolve, reject) =>
      this.histories.push({ resolve, reject }),
    )
    this.send({ op: 'OPEN', note: this.note, epoch: this.store.confirmed.epoch, seq })
    return answer
  }
}
