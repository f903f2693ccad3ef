// The frames of the socket and the operations on an open note, as the server's
// socket/wire and notebook packages define them. Everything imports them from here.
import type { Action } from '../api/types'

export const protocolVersion = 1
export const subprotocol = 'quire.v1'

export type ID = string

export interface Person {
  id: number
  name: string
}

export interface Place {
  id: ID
  name: string
}

/** Settings of a paragraph; absent is the default. */
export interface ParagraphSettings {
  /** In twelfths of the column, 1 to 12. */
  width?: number
  fontSize?: number
  hideCode?: boolean
  hideOutput?: boolean
  lineNumbers?: boolean
  /** Left out by "run all". */
  disabled?: boolean
  imported?: unknown
}

export interface NoteSettings {
  defaultInterpreter?: string
  imported?: unknown
}

export interface Paragraph {
  id: string
  title?: string
  text: string
  version: number
  settings?: ParagraphSettings | null
  run?: ID
}

export type RunState = 'queued' | 'sent' | 'done' | 'error' | 'cancelled' | 'lost'

export interface Run {
  id: ID
  paragraph: string
  imported?: boolean
  by: Person
  version: number
  interpreter?: string
  state: RunState
  reason?: string
  cancelledBy?: number
  executionCount?: number
  position?: number
  queuedAt: string
  sentAt?: string
  endedAt?: string
  /** Bytes of output that were not stored. */
  dropped?: number
}

/** How the kernel of one of the note's interpreters is. */
export interface Kernel {
  interpreter: string
  state: 'starting' | 'idle' | 'busy' | 'dead'
  since: string
  reason?: string
}

export interface KernelsFrame {
  op: 'KERNELS'
  note: ID
  kernels: Kernel[] | null
}

export interface Presence {
  tab: string
  user: Person
  writes: boolean
}

/** A CodeMirror ChangeSet as JSON. */
export type Change = (number | [number, ...string[]])[]

export interface EditText {
  paragraph: string
  version: number
  client: string
  changes: Change[]
}

export interface RunRef {
  paragraph: string
  run: ID
  version: number
}

/** The operations on an open note: name and body. */
export interface Operations {
  'paragraph.insert': {
    paragraph: string
    after: string
    title?: string
    text?: string
    settings?: ParagraphSettings
  }
  'paragraph.edit': EditText
  'paragraph.title': { paragraph: string; title: string }
  'paragraph.settings': { paragraph: string; settings: ParagraphSettings }
  'paragraph.move': { paragraph: string; after: string }
  'paragraph.delete': { paragraph: string }
  'paragraph.restore': { paragraph: string; after: string }
  'note.configure': { settings: NoteSettings }
  'output.clear': { paragraphs?: string[] }
  'run.start': { paragraphs: string[]; edits?: EditText[]; runs?: RunRef[] }
}

export type Kind = keyof Operations

/** An operation of any kind, its body going with its kind. */
export type Operation = { [K in Kind]: { kind: K; body: Operations[K] } }[Kind]

export interface HelloFrame {
  op: 'HELLO'
  version: number
  build: string
  user: Person
  admin: boolean
  pingSeconds: number
}

interface Standing {
  note: ID
  epoch: ID
  seq: number
  name: string
  path: Place[] | null
  trashed?: boolean
  allowed: Action[] | null
  runs: Run[] | null
  kernels?: Kernel[] | null
  people: Presence[] | null
}

export interface NoteFrame extends Standing {
  op: 'NOTE'
  settings?: NoteSettings | null
  paragraphs: Paragraph[] | null
}

export interface ResumeFrame extends Standing {
  op: 'RESUME'
  entries: Entry[] | null
}

export type Entry = Operation & { seq: number; id: string; by: Person; at: string }

export type EntryFrame = Entry & { op: 'ENTRY'; note: ID }

export interface RefusedFrame {
  op: 'REFUSED'
  note: ID
  id?: string
  code: string
  message: string
  details?: unknown
  request?: string
}

export interface RunFrame {
  op: 'RUN'
  note: ID
  runs: Run[]
}

export type PartKind = 'stream' | 'display' | 'result' | 'error' | 'notice'

export interface OutputPart {
  part: number
  kind: PartKind
  name?: string
  displayId?: string
  revision: number
  offset: number
  text?: string
  data?: unknown
  bytes: number
  missing?: number
}

export interface OutputFrame {
  op: 'OUTPUT'
  note: ID
  run: ID
  paragraph: string
  parts: OutputPart[] | null
  complete?: boolean
}

/** The JSON of display and result parts: a Jupyter MIME bundle. */
export interface Bundle {
  data: Record<string, unknown>
  metadata?: Record<string, unknown>
  executionCount?: number
}

/** The JSON of error parts. */
export interface Traceback {
  name: string
  value: string
  traceback: string[] | null
}

export interface PeopleFrame {
  op: 'PEOPLE'
  note: ID
  people: Presence[] | null
}

export interface CaretFrame {
  op: 'CARET'
  note: ID
  tab: string
  user: Person
  paragraph?: string
  textVersion: number
  ranges: [number, number][] | null
}

export interface AllowedFrame {
  op: 'ALLOWED'
  note: ID
  allowed: Action[] | null
  name: string
  path: Place[] | null
  trashed?: boolean
}

export interface GoneFrame {
  op: 'GONE'
  note: ID
  why: 'access' | 'resync'
  message: string
}

export interface TreeFrame {
  op: 'TREE'
}

export interface Python {
  phase: 'checking' | 'installing' | 'ready' | 'failed'
  message: string
  detail?: string
  command?: string
}

export interface StatusFrame {
  op: 'STATUS'
  python: Python
}

/** Frames about one open note. */
export type NoteFrames =
  | NoteFrame
  | ResumeFrame
  | EntryFrame
  | RefusedFrame
  | RunFrame
  | KernelsFrame
  | OutputFrame
  | PeopleFrame
  | CaretFrame
  | AllowedFrame
  | GoneFrame

export type ServerFrame = HelloFrame | NoteFrames | TreeFrame | StatusFrame

export type ClientFrame =
  | { op: 'HELLO'; version: number; build: string; tab: string }
  | { op: 'OPEN'; note: ID; epoch?: ID; seq?: number }
  | { op: 'CLOSE'; note: ID }
  | ({ op: 'DO'; note: ID; id: string } & Operation)
  | { op: 'CARET'; note: ID; paragraph?: string; textVersion?: number; ranges?: [number, number][] }
  | { op: 'WATCH'; note: ID; paragraphs: string[] }

/** What a close code asks of the page. */
export type CloseMeaning = 'signed-out' | 'reload' | 'stop' | 'return'

/** Classifies a close code: 4000–4499 do not come back by yourself; all else, return. */
export function meaningOfClose(code: number): CloseMeaning {
  if (code === 4401) return 'signed-out'
  if (code === 4426) return 'reload'
  if (code >= 4000 && code < 4500) return 'stop'
  return 'return'
}
