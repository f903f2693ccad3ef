// An authority for tests, with the rules of the server's notebook package, and lines
// to it that can be cut, slowed and made to lose answers.

import type { Action } from '../api/types'
import type { Line } from '../note/client/noteClient'
import { apply } from '../note/replica/apply'
import { type NoteState, textOf, unknownNote } from '../note/replica/state'
import type { ConnectionListener } from '../socket/connection'
import type { ClientFrame, Entry, NoteFrames, Operation, Person, RunRef } from '../wire/types'

type Do = Extract<ClientFrame, { op: 'DO' }>

export class FakeServer {
  state: NoteState
  log: Entry[] = []
  /** Texts that were run, in order. */
  ran: string[] = []
  readonly lines = new Set<FakeLine>()

  constructor(texts: string[], epoch = 'epoch1') {
    const paragraphs = texts.map((text, i) => ({
      id: `p${i}`,
      title: '',
      text: textOf(text),
      version: 0,
      settings: {},
    }))
    this.state = {
      ...unknownNote('note'),
      phase: 'open',
      epoch,
      name: 'Test',
      order: paragraphs.map((p) => p.id),
      paragraphs: new Map(paragraphs.map((p) => [p.id, p])),
    }
  }

  line(user: Person, allowed: Action[] = ['read', 'run', 'write', 'manage']): FakeLine {
    const line = new FakeLine(this, user, allowed)
    this.lines.add(line)
    return line
  }

  text(paragraph = 'p0'): string {
    return String(this.state.paragraphs.get(paragraph)?.text)
  }

  /** Starts over as after a restore: another epoch, the texts as given. */
  lose(texts: Record<string, string>) {
    const paragraphs = new Map(this.state.paragraphs)
    for (const [id, text] of Object.entries(texts)) {
      const p = paragraphs.get(id)
      if (p) paragraphs.set(id, { ...p, text: textOf(text), version: 0 })
    }
    this.state = { ...this.state, epoch: 'epoch2', seq: 0, paragraphs }
    this.log = []
  }

  do(line: FakeLine, f: Do) {
    const known = this.log.find((e) => e.id === f.id && e.by.id === line.user.id)
    if (known) return line.push({ op: 'ENTRY', note: f.note, ...known })
    const code = this.refusal(line, f)
    if (code) return line.push({ op: 'REFUSED', note: f.note, id: f.id, code, message: `refused: ${code}` })
    const { op: _, note: __, ...operation } = f
    this.commit(line.user, operation as Operation & { id: string })
  }

  /** Does an operation of somebody's, as if it had come over another line. */
  commit(by: Person, op: Operation & { id: string }) {
    const seq = this.state.seq + 1
    const entry = { ...op, seq, by, at: '2026-11-21T10:00:00Z' } as Entry
    if (entry.kind === 'run.start') entry.body = { ...entry.body, runs: this.runs(entry, seq) }
    this.state = { ...apply(this.state, entry, entry), seq }
    if (entry.kind === 'run.start') for (const id of entry.body.paragraphs) this.ran.push(this.text(id))
    this.log.push(entry)
    for (const line of this.lines) if (line.isOpen) line.push({ op: 'ENTRY', note: 'note', ...entry })
  }

  private runs(e: Extract<Entry, { kind: 'run.start' }>, seq: number): RunRef[] {
    const added = (id: string) => e.body.edits?.find((x) => x.paragraph === id)?.changes.length ?? 0
    return e.body.paragraphs.map((paragraph) => ({
      paragraph,
      run: `run${seq}-${paragraph}`,
      version: (this.state.paragraphs.get(paragraph)?.version ?? 0) + added(paragraph),
    }))
  }

  private refusal(line: FakeLine, f: Do): string | null {
    const edits = f.kind === 'paragraph.edit' ? [f.body] : f.kind === 'run.start' ? (f.body.edits ?? []) : []
    const needs: Action = f.kind === 'run.start' && edits.length === 0 ? 'run' : 'write'
    if (!line.allowed.includes(needs)) return 'forbidden'
    for (const e of edits) {
      const p = this.state.paragraphs.get(e.paragraph)
      if (!p) return 'not_found'
      if (p.version !== e.version) return 'stale'
    }
    return null
  }

  open(line: FakeLine, known: { epoch?: string; seq?: number }): NoteFrames {
    const { epoch, seq, name, path, paragraphs, order, settings } = this.state
    const standing = {
      note: 'note',
      epoch,
      seq,
      name,
      path: [...path],
      allowed: line.allowed,
      runs: [],
      kernels: [],
      people: [],
    }
    if (known.epoch === epoch && known.seq !== undefined && known.seq >= line.oldest)
      return { op: 'RESUME', ...standing, entries: this.log.filter((e) => e.seq > (known.seq ?? 0)) }
    const all = order.flatMap((id) => paragraphs.get(id) ?? [])
    return {
      op: 'NOTE',
      ...standing,
      settings,
      paragraphs: all.map((p) => ({ ...p, text: p.text.toString() })),
    }
  }
}

/** One tab's connection to the server. Frames wait until `flow`. */
export class FakeLine implements Line {
  isUp = false
  isOpen = false
  /** The server goes back in its log to here only. */
  oldest = 0
  /** What the client sends reaches the server, but answers are lost. */
  loseAnswers = false
  readonly sent: ClientFrame[] = []
  private toServer: ClientFrame[] = []
  private toClient: NoteFrames[] = []
  private readonly listeners = new Set<ConnectionListener>()

  constructor(
    private readonly server: FakeServer,
    readonly user: Person,
    public allowed: Action[],
  ) {}

  listen(l: ConnectionListener) {
    this.listeners.add(l)
    if (this.isUp) l.ready?.()
    return () => this.listeners.delete(l)
  }

  suspect() {
    this.cut()
  }

  send(frame: ClientFrame): boolean {
    if (!this.isUp) return false
    this.sent.push(frame)
    this.toServer.push(frame)
    return true
  }

  connect() {
    this.isUp = true
    for (const l of [...this.listeners]) l.ready?.()
  }

  /** Breaks the connection; what is on its way is lost. */
  cut() {
    this.isUp = false
    this.isOpen = false
    this.toServer = []
    this.toClient = []
    for (const l of [...this.listeners]) l.lost?.()
  }

  push(frame: NoteFrames) {
    if (!this.loseAnswers) this.toClient.push(frame)
  }

  /** Lets frames through, in order; returns whether there were any. */
  flow(): boolean {
    const up = this.toServer.shift()
    if (up) this.handle(up)
    const down = this.toClient.shift()
    if (down) for (const l of [...this.listeners]) l.frame?.(structuredClone(down))
    return Boolean(up || down)
  }

  private handle(f: ClientFrame) {
    if (f.op === 'DO') this.server.do(this, f)
    if (f.op === 'CLOSE') this.isOpen = false
    if (f.op === 'OPEN') {
      this.push(this.server.open(this, f))
      this.isOpen = true
    }
  }
}
