// Frames in, next state out: pure, so that the same frames give the same note
// everywhere.
import type { NoteFrame, NoteFrames, OutputFrame, Paragraph, ResumeFrame, Run } from '../../wire/types'
import { applyEntry, OutOfStep } from './apply'
import { receive } from './output'
import { type NoteState, type ParagraphState, textOf, unknownNote } from './state'

/** Returns the state after a frame about the note. */
export function reduce(s: NoteState, f: NoteFrames): NoteState {
  switch (f.op) {
    case 'NOTE':
      return opened(s, f)
    case 'RESUME':
      return resumed(s, f)
    case 'ENTRY':
      return follow(s, f)
    case 'RUN':
      return { ...s, runs: withRuns(s.runs, f.runs) }
    case 'KERNELS':
      return { ...s, kernels: f.kernels ?? [] }
    case 'OUTPUT':
      return { ...s, outputs: withOutput(s.outputs, f) }
    case 'PEOPLE':
      return people(s, f.people ?? [])
    case 'CARET':
      return caret(s, f)
    case 'ALLOWED':
      return {
        ...s,
        runs: f.allowed.includes('write') ? s.runs : withoutOthersOwn(s),
        allowed: new Set(f.allowed),
        name: f.name,
        path: f.path ?? [],
        trashed: f.trashed ?? false,
      }
    case 'GONE':
      return f.why === 'access' ? { ...unknownNote(s.id), phase: 'gone', message: f.message } : s
    case 'REFUSED':
      return f.id || s.phase === 'open' ? s : { ...unknownNote(s.id), phase: 'refused', message: f.message }
  }
}

function standing(f: NoteFrame | ResumeFrame) {
  return {
    phase: 'open' as const,
    message: '',
    epoch: f.epoch,
    seq: f.seq,
    name: f.name,
    path: f.path ?? [],
    trashed: f.trashed ?? false,
    allowed: new Set(f.allowed),
    kernels: f.kernels ?? [],
    people: f.people ?? [],
    carets: new Map(),
  }
}

function opened(s: NoteState, f: NoteFrame): NoteState {
  const paragraphs = f.paragraphs ?? []
  return {
    ...s,
    ...standing(f),
    settings: f.settings ?? {},
    order: paragraphs.map((p) => p.id),
    paragraphs: new Map(paragraphs.map((p) => [p.id, known(p)])),
    bin: s.epoch === f.epoch ? s.bin : new Map(),
    runs: new Map((f.runs ?? []).map((r) => [r.id, r])),
  }
}

function known(p: Paragraph): ParagraphState {
  const { id, title = '', text, version, settings, run } = p
  return { id, title, text: textOf(text), version, settings: settings ?? {}, ...(run && { run }) }
}

function resumed(s: NoteState, f: ResumeFrame): NoteState {
  if (f.epoch !== s.epoch) throw new OutOfStep('The note has another history now.')
  const entries = (f.entries ?? []).filter((e) => e.seq > s.seq)
  const now = entries.reduce((t, e) => follow(t, e), s)
  if (now.seq < f.seq) throw new OutOfStep(`Entries up to ${f.seq} were promised, ${now.seq} came.`)
  const runs = withRuns(now.runs, f.runs ?? [])
  return { ...now, ...standing(f), seq: now.seq, runs, carets: s.carets }
}

/** Applies the next entry; one that is known already changes nothing. */
function follow(s: NoteState, e: Parameters<typeof applyEntry>[1]): NoteState {
  if (e.seq <= s.seq) return s
  if (e.seq !== s.seq + 1) throw new OutOfStep(`Entry ${e.seq} came after ${s.seq}.`)
  return applyEntry(s, e)
}

const rank = { queued: 0, sent: 1, done: 2, error: 2, cancelled: 2, lost: 2 }

/** The runs without those in others' own kernels, which only who may write is told of. */
function withoutOthersOwn(s: NoteState): NoteState['runs'] {
  const shown = new Set([...s.paragraphs.values()].map((p) => p.run))
  return new Map([...s.runs].filter(([id, r]) => !r.own || shown.has(id)))
}

/** Takes news of runs; a run only goes forward. */
function withRuns(runs: NoteState['runs'], news: readonly Run[]): NoteState['runs'] {
  const next = new Map(runs)
  for (const r of news) {
    const old = next.get(r.id)
    if (!old || rank[r.state] >= rank[old.state]) next.set(r.id, r)
  }
  return next
}

/** Takes output in; what an earlier run of the paragraph printed is not needed any more. */
function withOutput(outputs: NoteState['outputs'], f: OutputFrame): NoteState['outputs'] {
  const known = outputs.get(f.run)
  const next = new Map(outputs)
  if (!known) for (const [run, o] of outputs) if (o.paragraph === f.paragraph) next.delete(run)
  return next.set(f.run, receive(known, f))
}

function people(s: NoteState, present: NoteState['people']): NoteState {
  const tabs = new Set(present.map((p) => p.tab))
  const carets = new Map([...s.carets].filter(([tab]) => tabs.has(tab)))
  return { ...s, people: present, carets }
}

function caret(s: NoteState, f: Extract<NoteFrames, { op: 'CARET' }>): NoteState {
  const carets = new Map(s.carets)
  if (!f.paragraph) carets.delete(f.tab)
  else
    carets.set(f.tab, {
      user: f.user,
      paragraph: f.paragraph,
      version: f.textVersion,
      ranges: f.ranges ?? [],
    })
  return { ...s, carets }
}
