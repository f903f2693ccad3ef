// @vitest-environment node
import { describe, expect, it } from 'vitest'
import type { OutputPart } from '../../wire/types'
import { gapOf, headLimit, type RunOutput, receive, tailLimit } from './output'

const frame = (...parts: Partial<OutputPart>[]) => ({
  op: 'OUTPUT' as const,
  note: 'n',
  run: 'r',
  paragraph: 'p',
  parts: parts.map((p) => ({
    part: 0,
    kind: 'stream' as const,
    revision: 1,
    offset: 0,
    bytes: 0,
    lines: 0,
    ...p,
  })),
})

const first = (o: RunOutput | undefined) => {
  const p = o?.parts[0]
  if (!p) throw new Error('no part')
  return p
}

describe('streams', () => {
  it('joins pieces by bytes and ignores what came twice', () => {
    let o = receive(undefined, frame({ text: 'grün', bytes: 5 }))
    o = receive(o, frame({ offset: 5, text: ' ist', bytes: 9 }))
    o = receive(o, frame({ offset: 0, text: 'grün ist schön', bytes: 16 }))
    expect(first(o)).toMatchObject({ head: 'grün ist schön', headBytes: 16, end: 16 })
    expect(gapOf(first(o))).toBe(0)
  })

  it('keeps head, gap and the newest tail', () => {
    const megabyte = 'x'.repeat(headLimit)
    let o = receive(undefined, frame({ text: megabyte, bytes: headLimit }))
    o = receive(o, frame({ offset: headLimit, text: 'more', bytes: headLimit + 4 }))
    expect(first(o).tail).toBe('more')
    expect(gapOf(first(o))).toBe(0)
    o = receive(o, frame({ offset: 5_000_000, text: 'new', bytes: 5_000_003 }))
    expect(first(o)).toMatchObject({ tail: 'new', tailAt: 5_000_000, end: 5_000_003 })
    expect(gapOf(first(o))).toBe(5_000_000 - headLimit)
    for (let i = 0; i < 5; i++) {
      const { end } = first(o)
      o = receive(o, frame({ offset: end, text: 'y'.repeat(tailLimit), bytes: end + tailLimit }))
    }
    const p = first(o)
    expect(p.tail.length).toBeLessThanOrEqual(2 * tailLimit)
    expect(p.tailAt + p.tail.length).toBe(p.end)
    expect(p.head.length).toBe(headLimit)
  })

  it('starts over at a higher revision', () => {
    let o = receive(undefined, frame({ text: 'old', bytes: 3 }))
    o = receive(o, frame({ revision: 2, text: 'n', bytes: 1 }))
    expect(first(o)).toMatchObject({ head: 'n', end: 1 })
    o = receive(o, frame({ revision: 1, text: 'late', bytes: 4 }))
    expect(first(o).head).toBe('n')
  })
})

it('knows how many lines there are, and which were not stored', () => {
  const o = receive(
    undefined,
    frame({ text: 'a\n', bytes: 9, lines: 5, missing: 4, gapLine: 1, gapLines: 3 }),
  )
  expect(first(o)).toMatchObject({ lines: 5, gapLine: 1, gapLines: 3 })
  const table = receive(o, frame({ part: 1, kind: 'display', bytes: 9_000_000, lines: 7, table: 'escaped' }))
  expect(table.parts[1]).toMatchObject({ lines: 7, table: 'escaped', gapLine: 0, gapLines: 0 })
})

it('keeps parts in order and replaces displays', () => {
  const data = (text: string) => ({
    kind: 'display' as const,
    bytes: 9,
    data: { data: { 'text/plain': text } },
  })
  let o = receive(undefined, frame({ part: 2, ...data('b') }, { part: 1, ...data('a') }))
  o = receive(o, frame({ part: 1, ...data('c'), revision: 2 }))
  expect(o.parts.map((p) => p.data)).toEqual([data('c').data, data('b').data])
})
