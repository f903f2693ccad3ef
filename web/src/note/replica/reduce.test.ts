// @vitest-environment node
import { ChangeSet } from '@codemirror/state'
import { describe, expect, it } from 'vitest'
import type { Change, Entry, NoteFrame, Operation } from '../../wire/types'
import { OutOfStep } from './apply'
import { reduce } from './reduce'
import { type NoteState, unknownNote } from './state'
import { ReplicaStore } from './store'

const ana = { id: 1, name: 'ana' }
const at = '2026-11-21T10:00:00Z'
const note = 'n'

function opening(texts: string[]): NoteFrame {
  return {
    op: 'NOTE',
    note,
    epoch: 'e',
    seq: 0,
    name: 'Test',
    path: [],
    allowed: ['read', 'run', 'write', 'manage'],
    settings: {},
    paragraphs: texts.map((text, i) => ({ id: `p${i}`, text, version: 0, settings: {} })),
    runs: [],
    kernels: [],
    people: [],
  }
}

const entry = (seq: number, op: Operation): Entry => ({ seq, id: `op${seq}`, by: ana, at, ...op })

const open = (texts: string[]) => reduce(unknownNote(note), opening(texts))

const feed = (s: NoteState, ops: Operation[]) =>
  ops.reduce((t, op) => reduce(t, { op: 'ENTRY', note, ...entry(t.seq + 1, op) }), s)

/** What can be seen of a note. */
const seen = (s: NoteState) =>
  s.order.map((id) => {
    const p = s.paragraphs.get(id)
    return p && { ...p, text: p.text.toString() }
  })

describe('operations', () => {
  it('edits text at the head version only', () => {
    const s = feed(open(['hello']), [
      {
        kind: 'paragraph.edit',
        body: {
          paragraph: 'p0',
          version: 0,
          client: 'c',
          changes: [
            [5, [0, ' you']],
            [[5, 'Hi'], 4],
          ],
        },
      },
    ])
    expect(s.paragraphs.get('p0')).toMatchObject({ version: 2 })
    expect(s.paragraphs.get('p0')?.text.toString()).toBe('Hi you')
    expect(() =>
      feed(s, [
        { kind: 'paragraph.edit', body: { paragraph: 'p0', version: 0, client: 'c', changes: [[5]] } },
      ]),
    ).toThrow(OutOfStep)
  })

  it('inserts, moves, deletes and restores', () => {
    const s = feed(open(['a', 'b', 'c']), [
      { kind: 'paragraph.insert', body: { paragraph: 'x', after: 'p0', text: 'x' } },
      { kind: 'paragraph.move', body: { paragraph: 'p2', after: '' } },
      { kind: 'paragraph.delete', body: { paragraph: 'p0' } },
    ])
    expect(s.order).toEqual(['p2', 'x', 'p1'])
    expect(s.bin.get('p0')).toMatchObject({ by: ana, after: 'p2' })
    const back = feed(s, [{ kind: 'paragraph.restore', body: { paragraph: 'p0', after: 'gone' } }])
    expect(back.order).toEqual(['p2', 'x', 'p1', 'p0'])
    expect(back.bin.size).toBe(0)
  })

  it('keeps settings that an operation does not name', () => {
    const s = feed(open(['a']), [
      { kind: 'paragraph.settings', body: { paragraph: 'p0', settings: { width: 6 } } },
      { kind: 'paragraph.settings', body: { paragraph: 'p0', settings: { hideCode: true } } },
    ])
    expect(s.paragraphs.get('p0')?.settings).toEqual({ width: 6, hideCode: true })
  })

  it('ties runs to paragraphs and clears them', () => {
    const body = {
      paragraphs: ['p0'],
      edits: [{ paragraph: 'p0', version: 0, client: 'c', changes: [[1, [0, '!']]] as Change[] }],
      runs: [{ paragraph: 'p0', run: 'r1', version: 1 }],
    }
    const s = feed(open(['a', 'b']), [{ kind: 'run.start', body }])
    expect(s.paragraphs.get('p0')).toMatchObject({ run: 'r1', version: 1 })
    expect(s.runs.get('r1')).toMatchObject({ state: 'queued', by: ana })
    expect(feed(s, [{ kind: 'output.clear', body: {} }]).paragraphs.get('p0')?.run).toBeUndefined()
  })

  it('keeps what one ran in a kernel of one’s own, and passes by what others did', () => {
    const start = (run: string, own: boolean) => ({
      kind: 'run.start' as const,
      body: { paragraphs: ['p0'], runs: [{ paragraph: 'p0', run, version: 0 }], ...(own && { own }) },
    })
    const mine = feed(open(['a']), [start('mine', true)])
    expect(mine.runs.get('mine')).toMatchObject({ own: true })
    const others = feed(mine, [{ kind: 'run.start', body: { paragraphs: [], own: true } }])
    expect(others).toMatchObject({ seq: 2, paragraphs: mine.paragraphs })
    const shared = { ...entry(3, start('shared', false)), by: { id: 99, name: 'ben' } }
    const after = reduce(others, { op: 'ENTRY', note, ...shared })
    expect(after.paragraphs.get('p0')?.run).toBe('mine')
    const again = reduce(after, { op: 'ENTRY', note, ...entry(4, start('again', false)) })
    expect(again.paragraphs.get('p0')?.run).toBe('again')
  })

  it('forgets others’ own runs with the right to write', () => {
    const own = { ...run('done'), id: 'theirs', own: true, by: { id: 99, name: 'ben' } }
    const s = reduce(open(['a']), { op: 'RUN', note, runs: [own] })
    expect(s.runs.has('theirs')).toBe(true)
    const allowed = {
      op: 'ALLOWED' as const,
      note,
      allowed: ['read', 'run'] as ('read' | 'run')[],
      name: 'n',
      path: [],
    }
    expect(reduce(s, allowed).runs.has('theirs')).toBe(false)
  })
})

describe('frames', () => {
  it('refuses entries that leave a hole, ignores those known', () => {
    const s = feed(open(['a']), [{ kind: 'paragraph.title', body: { paragraph: 'p0', title: 'T' } }])
    const again = entry(1, { kind: 'paragraph.title', body: { paragraph: 'p0', title: 'other' } })
    expect(reduce(s, { op: 'ENTRY', note, ...again })).toBe(s)
    expect(() => reduce(s, { op: 'ENTRY', note, ...again, seq: 3 })).toThrow(OutOfStep)
  })

  it('resumes with what was missed, and keeps a run from going back', () => {
    const s = reduce(open(['a']), { op: 'RUN', note, runs: [run('done')] })
    const missed = [entry(1, { kind: 'paragraph.title', body: { paragraph: 'p0', title: 'T' } })]
    const { paragraphs: _, settings: __, ...standing } = opening([])
    const resumed = reduce(s, { ...standing, op: 'RESUME', seq: 1, entries: missed, runs: [run('sent')] })
    expect(resumed.paragraphs.get('p0')?.title).toBe('T')
    expect(resumed.runs.get('r')?.state).toBe('done')
    expect(() => reduce(s, { ...standing, op: 'RESUME', epoch: 'other', entries: [] })).toThrow(OutOfStep)
    expect(() => reduce(s, { ...standing, op: 'RESUME', seq: 9, entries: [] })).toThrow(OutOfStep)
  })

  it('forgets everything when access is gone', () => {
    const s = reduce(open(['secret']), { op: 'GONE', note, why: 'access', message: 'Closed.' })
    expect(JSON.stringify({ ...s, paragraphs: [...s.paragraphs], outputs: [...s.outputs] })).not.toContain(
      'secret',
    )
    expect(s).toMatchObject({ phase: 'gone', message: 'Closed.', name: '' })
  })

  it('drops carets of tabs that left', () => {
    const caret = {
      op: 'CARET',
      note,
      tab: 't',
      user: ana,
      paragraph: 'p0',
      textVersion: 0,
      ranges: [[0, 0]],
    } as const
    const s = reduce(open(['a']), { ...caret, ranges: [[0, 0]] })
    expect(s.carets.size).toBe(1)
    expect(reduce(s, { op: 'PEOPLE', note, people: [] }).carets.size).toBe(0)
  })
})

const run = (state: 'done' | 'sent') => ({
  id: 'r',
  paragraph: 'p0',
  by: ana,
  version: 0,
  state,
  queuedAt: at,
})

describe('two replicas', () => {
  it('are equal after any operations, and after resuming half way', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = generator(seed)
      let a = open(['one', 'two', 'three'])
      const entries: Entry[] = []
      for (let i = 0; i < 60; i++) {
        const op = anyOperation(a, random)
        const e = entry(a.seq + 1, op)
        entries.push(e)
        a = reduce(a, { op: 'ENTRY', note, ...e })
      }
      const half = entries
        .slice(0, 25)
        .reduce((t, e) => reduce(t, { op: 'ENTRY', note, ...e }), open(['one', 'two', 'three']))
      const { paragraphs: _, settings: __, ...standing } = opening([])
      const b = reduce(half, { ...standing, op: 'RESUME', seq: 60, entries: entries.slice(20) })
      expect(seen(b)).toEqual(seen(a))
      expect([...b.bin.keys()].sort()).toEqual([...a.bin.keys()].sort())
    }
  })
})

function generator(seed: number) {
  let x = seed * 2654435761
  return (below: number) => {
    x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff
    return (x >>> 8) % below
  }
}

function anyOperation(s: NoteState, random: (below: number) => number): Operation {
  const one = () => s.order[random(s.order.length)] ?? ''
  const after = () => (random(4) === 0 ? '' : one())
  const kind = s.order.length < 2 ? 0 : random(7)
  if (kind === 0)
    return { kind: 'paragraph.insert', body: { paragraph: `q${s.seq}`, after: after(), text: `t${s.seq}` } }
  if (kind === 1) return { kind: 'paragraph.delete', body: { paragraph: one() } }
  if (kind === 2 && s.bin.size)
    return { kind: 'paragraph.restore', body: { paragraph: [...s.bin.keys()][0] as string, after: after() } }
  if (kind === 3) {
    const paragraph = one()
    const behind = s.order.filter((id) => id !== paragraph)
    return { kind: 'paragraph.move', body: { paragraph, after: behind[random(behind.length)] ?? '' } }
  }
  if (kind === 4)
    return { kind: 'paragraph.settings', body: { paragraph: one(), settings: { width: 1 + random(12) } } }
  return anyEdit(s, one(), random)
}

function anyEdit(s: NoteState, id: string, random: (below: number) => number): Operation {
  const p = s.paragraphs.get(id)
  if (!p) return { kind: 'output.clear', body: {} }
  const from = random(p.text.length + 1)
  const to = from + random(p.text.length - from + 1)
  const change = ChangeSet.of(
    { from, to, insert: ['', 'x', 'long\nline', '😀'][random(4)] },
    p.text.length,
  ).toJSON()
  return {
    kind: 'paragraph.edit',
    body: { paragraph: id, version: p.version, client: 'c', changes: [change] },
  }
}

describe('the store', () => {
  it('tells each listener only of its slice, and shows hoped operations', () => {
    const store = new ReplicaStore(note)
    const told: string[] = []
    for (const slice of ['head', 'order', 'p:p0', 'p:p1'] as const)
      store.subscribe(slice, () => told.push(slice))
    store.take(opening(['a', 'b']))
    told.length = 0
    store.take({
      op: 'ENTRY',
      note,
      ...entry(1, { kind: 'paragraph.title', body: { paragraph: 'p1', title: 'T' } }),
    })
    expect(told).toEqual(['p:p1'])
    store.hope([{ id: 'h', kind: 'paragraph.insert', body: { paragraph: 'x', after: '' } }])
    expect(store.view.order).toEqual(['x', 'p0', 'p1'])
    expect(store.confirmed.order).toEqual(['p0', 'p1'])
    store.take({ op: 'ENTRY', note, ...entry(2, { kind: 'paragraph.delete', body: { paragraph: 'p0' } }) })
    store.hope([])
    expect(store.view.order).toEqual(['p1'])
  })
})
