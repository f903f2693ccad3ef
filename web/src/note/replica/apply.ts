// The operations on a note, applied to the state: the same rules as the server's
// notebook package. A committed operation always fits; one that is only hoped for
// and does not fit changes nothing.
import { ChangeSet } from '@codemirror/state'
import type { EditText, Entry, ID, Operation, Operations, Person, Run, RunRef } from '../../wire/types'
import { type NoteState, type ParagraphState, textOf } from './state'

/** Who did it and when. */
export interface Stamp {
  by: Person
  at: string
}

/** Returns the state after an operation; the same state when it does not fit. */
export function apply(s: NoteState, op: Operation, stamp: Stamp): NoteState {
  switch (op.kind) {
    case 'paragraph.insert':
      return insert(s, fresh(op.body), op.body.after)
    case 'paragraph.edit':
      return edit(s, op.body)
    case 'paragraph.title':
      return change(s, op.body.paragraph, (p) => ({ ...p, title: op.body.title }))
    case 'paragraph.settings':
      return change(s, op.body.paragraph, (p) => ({ ...p, settings: { ...p.settings, ...op.body.settings } }))
    case 'paragraph.move':
      return move(s, op.body.paragraph, op.body.after)
    case 'paragraph.delete':
      return remove(s, op.body.paragraph, stamp.by)
    case 'paragraph.restore':
      return restore(s, op.body.paragraph, op.body.after)
    case 'note.configure':
      return { ...s, settings: { ...s.settings, ...op.body.settings } }
    case 'output.clear':
      return clear(s, op.body.paragraphs)
    case 'run.start':
      return startRun(s, op.body, stamp)
  }
}

/** Thrown when what the server says does not follow on what is known: open the note again. */
export class OutOfStep extends Error {
  override name = 'OutOfStep'
}

/** Applies a committed operation and takes its number; OutOfStep when it does not fit. */
export function applyEntry(s: NoteState, entry: Entry): NoteState {
  const next = apply(s, entry, entry)
  if (next === s && entry.kind !== 'output.clear' && !isOthersOwn(entry))
    throw new OutOfStep(`Entry ${entry.seq} does not fit.`)
  return { ...next, seq: entry.seq }
}

/** Tells entries that say no more of others' runs in kernels of their own than that there were some. */
function isOthersOwn(entry: Entry): boolean {
  return entry.kind === 'run.start' && entry.body.own === true
}

function fresh(o: Operations['paragraph.insert']): ParagraphState {
  return {
    id: o.paragraph,
    title: o.title ?? '',
    text: textOf(o.text ?? ''),
    version: 0,
    settings: o.settings ?? {},
  }
}

function insert(s: NoteState, p: ParagraphState, after: string): NoteState {
  const place = after === '' ? 0 : s.order.indexOf(after) + 1
  if (s.paragraphs.has(p.id) || (after !== '' && place === 0)) return s
  return {
    ...s,
    order: s.order.toSpliced(place, 0, p.id),
    paragraphs: new Map(s.paragraphs).set(p.id, p),
  }
}

function change(s: NoteState, id: string, f: (p: ParagraphState) => ParagraphState): NoteState {
  const p = s.paragraphs.get(id)
  if (!p) return s
  return { ...s, paragraphs: new Map(s.paragraphs).set(id, f(p)) }
}

function edit(s: NoteState, o: EditText): NoteState {
  if (s.paragraphs.get(o.paragraph)?.version !== o.version) return s
  return change(s, o.paragraph, (p) => ({
    ...p,
    text: o.changes.reduce((t, c) => ChangeSet.fromJSON(c).apply(t), p.text),
    version: p.version + o.changes.length,
  }))
}

function move(s: NoteState, id: string, after: string): NoteState {
  const rest = s.order.filter((other) => other !== id)
  const place = after === '' ? 0 : rest.indexOf(after) + 1
  if (rest.length === s.order.length || (after !== '' && place === 0)) return s
  return { ...s, order: rest.toSpliced(place, 0, id) }
}

function remove(s: NoteState, id: string, by: Person): NoteState {
  const p = s.paragraphs.get(id)
  if (!p) return s
  const place = s.order.indexOf(id)
  const paragraphs = new Map(s.paragraphs)
  paragraphs.delete(id)
  return {
    ...s,
    order: s.order.toSpliced(place, 1),
    paragraphs,
    bin: new Map(s.bin).set(id, { paragraph: p, by, after: s.order[place - 1] ?? '' }),
  }
}

function restore(s: NoteState, id: string, after: string): NoteState {
  const binned = s.bin.get(id)
  if (!binned) return s
  const bin = new Map(s.bin)
  bin.delete(id)
  const behind = after === '' || s.paragraphs.has(after) ? after : (s.order.at(-1) ?? '')
  return insert({ ...s, bin }, binned.paragraph, behind)
}

function clear(s: NoteState, ids: string[] | undefined): NoteState {
  const named = ids?.length ? ids : s.order
  return named.reduce((t, id) => change(t, id, ({ run: _, ...p }) => p), s)
}

function startRun(s: NoteState, o: Operations['run.start'], stamp: Stamp): NoteState {
  const edited = (o.edits ?? []).reduce(edit, s)
  return (o.runs ?? []).reduce((t, ref) => attach(t, ref, stamp, o.own === true), edited)
}

/**
 * Ties a run to its paragraph; until the server tells more of it, it is queued. What one ran in a
 * kernel of one's own stays shown when others run in a shared one.
 */
function attach(s: NoteState, ref: RunRef, { by, at }: Stamp, own: boolean): NoteState {
  const shown = s.runs.get(s.paragraphs.get(ref.paragraph)?.run ?? '')
  const keeps = !own && shown?.own === true && shown.by.id !== by.id
  const withRun = keeps ? s : change(s, ref.paragraph, (p) => ({ ...p, run: ref.run }))
  if (s.runs.has(ref.run)) return withRun
  const run: Run = {
    id: ref.run,
    paragraph: ref.paragraph,
    ...(own && { own }),
    by,
    version: ref.version,
    state: 'queued',
    queuedAt: at,
  }
  return { ...withRun, runs: new Map<ID, Run>(s.runs).set(ref.run, run) }
}
