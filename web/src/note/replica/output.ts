// A run's output as it arrives: of a stream the head and the newest piece are kept,
// with a gap between them; offsets count bytes of UTF-8 as the server does.
import type { ID, OutputFrame, OutputPart, PartKind } from '../../wire/types'

export const headLimit = 1 << 20
export const tailLimit = 200 << 10

export interface PartState {
  readonly part: number
  readonly kind: PartKind
  readonly name?: string
  readonly displayId?: string
  readonly revision: number
  /** Text of a stream or notice from its beginning on. */
  readonly head: string
  /** Bytes in `head`. */
  readonly headBytes: number
  /** The newest text, when bytes between it and the head were left out. */
  readonly tail: string
  /** Where `tail` begins, and where what is known ends. */
  readonly tailAt: number
  readonly end: number
  /** The JSON of the other kinds; absent when it is too large to be sent unasked. */
  readonly data?: unknown
  /** The part's length so far, and how many bytes of it were not stored. */
  readonly bytes: number
  readonly missing: number
  /** Line breaks printed so far; of a table its lines, the one that names the columns included. */
  readonly lines: number
  /** The line breaks before the bytes that were not stored, and among them. */
  readonly gapLine: number
  readonly gapLines: number
  /** Of what has a table: whether its cells are escaped. */
  readonly table?: 'plain' | 'escaped'
}

export interface RunOutput {
  readonly run: ID
  readonly paragraph: string
  readonly parts: readonly PartState[]
  readonly complete: boolean
}

/** Bytes between head and tail that this page does not have. */
export function gapOf(p: PartState): number {
  return p.tail === '' ? Math.max(0, p.bytes - p.end) : p.tailAt - p.headBytes
}

/** Adds a frame's pieces to what is known of the run's output. */
export function receive(known: RunOutput | undefined, f: OutputFrame): RunOutput {
  const parts = [...(known?.parts ?? [])]
  for (const piece of f.parts ?? []) {
    const at = parts.findIndex((p) => p.part === piece.part)
    if (at >= 0) parts[at] = extend(parts[at] as PartState, piece)
    else parts.push(extend(unknownPart(piece), piece))
  }
  parts.sort((a, b) => a.part - b.part)
  return {
    run: f.run,
    paragraph: f.paragraph,
    parts,
    complete: f.complete ?? known?.complete ?? false,
  }
}

function unknownPart(o: OutputPart): PartState {
  return {
    part: o.part,
    kind: o.kind,
    revision: o.revision,
    head: '',
    headBytes: 0,
    tail: '',
    tailAt: 0,
    end: 0,
    bytes: 0,
    missing: 0,
    lines: 0,
    gapLine: 0,
    gapLines: 0,
  }
}

function extend(known: PartState, o: OutputPart): PartState {
  if (o.revision < known.revision) return known
  const start = o.revision > known.revision ? unknownPart(o) : known
  const described: PartState = {
    ...start,
    kind: o.kind,
    name: o.name,
    displayId: o.displayId,
    revision: o.revision,
    bytes: o.bytes,
    missing: o.missing ?? 0,
    lines: o.lines,
    gapLine: o.gapLine ?? 0,
    gapLines: o.gapLines ?? 0,
    table: o.table,
  }
  if (o.kind !== 'stream' && o.kind !== 'notice')
    return o.data === undefined ? described : { ...described, data: o.data }
  return o.text ? addText(described, o.offset, o.text) : described
}

function addText(p: PartState, offset: number, text: string): PartState {
  const size = utf8Length(text)
  if (offset + size <= p.end) return p
  if (offset < p.end) return addText(p, p.end, fromByte(text, p.end - offset))
  const end = offset + size
  if (offset === p.end && p.tail === '' && p.headBytes < headLimit)
    return { ...p, head: p.head + text, headBytes: end, tailAt: end, end }
  const joined = offset === p.end ? p.tail + text : text
  const tailAt = offset === p.end && p.tail !== '' ? p.tailAt : offset
  return trimTail({ ...p, tail: joined, tailAt, end })
}

/** Cuts the tail's older part once it is twice as long as is kept. */
function trimTail(p: PartState): PartState {
  if (p.tail.length <= 2 * tailLimit) return p
  let cut = p.tail.length - tailLimit
  const line = p.tail.indexOf('\n', cut)
  if (line >= 0 && line - cut < 4096) cut = line + 1
  if (splitsPair(p.tail, cut)) cut++
  return { ...p, tail: p.tail.slice(cut), tailAt: p.tailAt + utf8Length(p.tail.slice(0, cut)) }
}

function splitsPair(s: string, at: number): boolean {
  const unit = s.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

function utf8Length(s: string): number {
  return encoder.encode(s).length
}

function fromByte(s: string, at: number): string {
  return decoder.decode(encoder.encode(s).subarray(at))
}
