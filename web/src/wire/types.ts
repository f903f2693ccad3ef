// The frames of the socket and the operations on an open note: the names the
// interface uses for what is generated from the server's own description into
// schema.gen.ts. What Go leaves open (settings, the body that goes with a kind) is
// closed here. Everything imports them from here.
import type { Action } from '../api/types'
import type { components } from './schema.gen'

type Schemas = components['schemas']

/** The lists of frames are never null (Go's description cannot say so). */
type Whole<T> = { [K in keyof T]: Exclude<T[K], null> }

/** T with some properties typed more closely than the description can. */
type Closer<T, U> = Omit<T, keyof U> & U

export const protocolVersion = 1
export const subprotocol = 'quire.v1'

export type ID = string

export type Person = Schemas['Person']
export type Place = Schemas['Place']
export type Presence = Schemas['Presence']
export type Run = Schemas['Run']
export type RunState = Run['state']
export type Kernel = Schemas['Kernel']
export type KernelState = Kernel['state']
export type OutputPart = Schemas['OutputPart']
export type PartKind = OutputPart['kind']
export type Traceback = Schemas['Traceback']
export type Python = Schemas['Python']
export type ParagraphSettings = Schemas['ParagraphSettings']
export type NoteSettings = Schemas['NoteSettings']
export type RunRef = Schemas['RunRef']

/** The JSON of display and result parts: a Jupyter MIME bundle. */
export type Bundle = Closer<Schemas['Bundle'], { metadata?: Record<string, unknown> }>

export type Paragraph = Closer<Schemas['Paragraph'], { settings?: ParagraphSettings | null }>

/** A CodeMirror ChangeSet as JSON. */
export type Change = (number | [number, ...string[]])[]

export type EditText = Closer<Schemas['EditText'], { changes: Change[] }>

/** The operations on an open note: name and body. */
export type Operations = Closer<
  Schemas['Operations'],
  {
    'paragraph.edit': EditText
    'paragraph.settings': { paragraph: string; settings: ParagraphSettings }
    'note.configure': { settings: NoteSettings }
    'run.start': Closer<Schemas['StartRun'], { paragraphs: string[]; edits?: EditText[]; runs?: RunRef[] }>
    'output.clear': { paragraphs?: string[] }
  }
>

export type Kind = keyof Operations

/** An operation of any kind, its body going with its kind. */
export type Operation = { [K in Kind]: { kind: K; body: Operations[K] } }[Kind]

type Allowing = { allowed: Action[] }

export type EntryFrame = Omit<Schemas['EntryFrame'], 'kind' | 'body'> & Operation
export type Entry = Omit<Schemas['EntryFrame'], 'kind' | 'body' | 'op' | 'note'> & Operation

export type HelloFrame = Schemas['HelloFrame']
export type NoteFrame = Closer<
  Whole<Schemas['NoteFrame']>,
  Allowing & { settings?: NoteSettings | null; paragraphs: Paragraph[] }
>
export type ResumeFrame = Closer<Whole<Schemas['ResumeFrame']>, Allowing & { entries: Entry[] }>
export type RefusedFrame = Schemas['RefusedFrame']
export type RunFrame = Whole<Schemas['RunFrame']>
export type KernelsFrame = Whole<Schemas['KernelsFrame']>
export type OutputFrame = Whole<Schemas['OutputFrame']>
export type PeopleFrame = Whole<Schemas['PeopleFrame']>
export type CaretFrame = Closer<Schemas['CaretFrame'], { ranges: [number, number][] }>
export type AllowedFrame = Closer<Whole<Schemas['AllowedFrame']>, Allowing>
export type GoneFrame = Schemas['GoneFrame']
export type TreeFrame = Schemas['TreeFrame']
export type StatusFrame = Schemas['StatusFrame']

/** What code asks whoever ran it, in all their tabs. */
export type InputFrame = Schemas['InputFrame']
export type InputDoneFrame = Schemas['Input_doneFrame']

type Json = Record<string, unknown>

/** Messages of the objects that one's own code opened: widgets. */
export type CommFrame = Closer<
  Schemas['CommFrame'],
  { data?: Json | null; metadata?: Json | null; buffers?: string[] }
>
export type CommOutputFrame = Closer<Schemas['Comm_outputFrame'], { output: LateOutput }>
export type LateOutput = Closer<Schemas['LateOutput'], { data?: unknown }>
export type CommsFrame = Whole<Schemas['CommsFrame']>

export type CommFrames =
  | CommFrame
  | CommOutputFrame
  | Schemas['Comm_doneFrame']
  | CommsFrame
  | Schemas['Comms_lostFrame']

/** Frames about one open note that concern one person alone. */
export type PersonalFrames = InputFrame | InputDoneFrame | CommFrames

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

export type ServerFrame = HelloFrame | NoteFrames | PersonalFrames | TreeFrame | StatusFrame

type Client<Op extends Schemas['ClientFrame']['op'], Field extends keyof Schemas['ClientFrame']> = {
  op: Op
} & Required<Pick<Schemas['ClientFrame'], Field>>

export type ClientFrame =
  | Client<'HELLO', 'version' | 'build' | 'tab'>
  | (Client<'OPEN', 'note'> & { epoch?: ID; seq?: number })
  | Client<'CLOSE', 'note'>
  | (Client<'DO', 'note' | 'id'> & Operation)
  | (Client<'CARET', 'note'> & { paragraph?: string; textVersion?: number; ranges?: [number, number][] })
  | (Client<'WATCH', 'note'> & { paragraphs: string[] })
  | Client<'ANSWER', 'note' | 'id' | 'run' | 'question' | 'text'>
  | (Client<'COMM', 'note' | 'id' | 'kernel' | 'comm'> & {
      kind: 'open' | 'msg' | 'close'
      target?: string
      data?: Json
      metadata?: Json
      buffers?: string[]
    })

/** What a close code asks of the page. */
export type CloseMeaning = 'signed-out' | 'reload' | 'stop' | 'return'

/** Classifies a close code: 4000–4499 do not come back by yourself; all else, return. */
export function meaningOfClose(code: number): CloseMeaning {
  if (code === 4401) return 'signed-out'
  if (code === 4426) return 'reload'
  if (code >= 4000 && code < 4500) return 'stop'
  return 'return'
}
