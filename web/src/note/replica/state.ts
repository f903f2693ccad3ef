// What this page knows of an open note. Values are never modified: a change makes
// new ones, so that "is it the same object" answers "has it changed".
import { Text } from '@codemirror/state'
import type { Action } from '../../api/types'
import type {
  ID,
  Kernel,
  NoteSettings,
  ParagraphSettings,
  Person,
  Place,
  Presence,
  Run,
} from '../../wire/types'
import type { RunOutput } from './output'

export interface ParagraphState {
  readonly id: string
  readonly title: string
  /** The text as the server has it, at `version`. */
  readonly text: Text
  readonly version: number
  readonly settings: ParagraphSettings
  /** The latest run. */
  readonly run?: ID
}

/** A deleted paragraph, as far as this page saw it go. */
export interface BinnedParagraph {
  readonly paragraph: ParagraphState
  readonly by: Person
  /** What it stood behind; empty for first. */
  readonly after: string
}

export interface CaretState {
  readonly user: Person
  readonly paragraph: string
  /** The version of the text that `ranges` counts in. */
  readonly version: number
  readonly ranges: readonly (readonly [anchor: number, head: number])[]
}

export interface NoteState {
  /** loading: not heard yet; refused: may not or cannot be opened; gone: was open, and is closed for us. */
  readonly phase: 'loading' | 'open' | 'refused' | 'gone'
  /** Why it is refused or gone, in the server's words. */
  readonly message: string
  readonly id: ID
  readonly epoch: ID
  readonly seq: number
  readonly name: string
  readonly path: readonly Place[]
  readonly trashed: boolean
  readonly allowed: ReadonlySet<Action>
  readonly settings: NoteSettings
  readonly order: readonly string[]
  readonly paragraphs: ReadonlyMap<string, ParagraphState>
  readonly bin: ReadonlyMap<string, BinnedParagraph>
  readonly runs: ReadonlyMap<ID, Run>
  readonly outputs: ReadonlyMap<ID, RunOutput>
  readonly kernels: readonly Kernel[]
  readonly people: readonly Presence[]
  /** By tab. */
  readonly carets: ReadonlyMap<string, CaretState>
}

/** The state before the server has said anything. */
export function unknownNote(id: ID): NoteState {
  return {
    phase: 'loading',
    message: '',
    id,
    epoch: '',
    seq: 0,
    name: '',
    path: [],
    trashed: false,
    allowed: new Set(),
    settings: {},
    order: [],
    paragraphs: new Map(),
    bin: new Map(),
    runs: new Map(),
    outputs: new Map(),
    kernels: [],
    people: [],
    carets: new Map(),
  }
}

/** The lines of a text as the editor holds them. */
export function textOf(s: string): Text {
  return Text.of(s.split(/\r\n?|\n/))
}
