// @vitest-environment node
import { expect, it } from 'vitest'
import { receive } from '../replica/output'
import { LineLayout } from './lineLayout'

const layout = (o: {
  text: string
  bytes: number
  lines: number
  missing?: number
  gapLine?: number
  gapLines?: number
}) => {
  const piece = { part: 0, kind: 'stream' as const, revision: 0, offset: 0, ...o }
  const part = receive(undefined, { op: 'OUTPUT', note: 'n', run: 'r', paragraph: 'p', parts: [piece] })
    .parts[0]
  if (!part) throw new Error('no part')
  return new LineLayout(part)
}

it.each([
  ['that ends with a break', 'a\nb\n', 4, 2, 2],
  ['whose last line is not finished', 'a\nb', 3, 1, 2],
  ['whose end is not known', 'a\n', 9, 4, 5],
])('counts the lines of what was printed %s', (_, text, bytes, lines, expected) => {
  expect(layout({ text, bytes, lines })).toMatchObject({ lines: expected, rows: expected, gapRow: -1 })
})

// Of 20 lines 5 breaks, behind line 3, were not stored: lines 4 to 8 are gone.
it('has one row for the lines that were not stored', () => {
  const l = layout({ text: 'a\n', bytes: 99, lines: 19, missing: 30, gapLine: 3, gapLines: 5 })
  expect([l.lines, l.rows, l.gapRow]).toEqual([20, 16, 4])
  expect([3, 4, 5, 15].map(l.lineOf.bind(l))).toEqual([3, 4, 9, 19])
  expect([3, 4, 8, 9, 19].map(l.rowOf.bind(l))).toEqual([3, 4, 4, 5, 15])
})

it('has one too for what is missing of one line', () => {
  const l = layout({ text: 'a\n', bytes: 99, lines: 19, missing: 30, gapLine: 3, gapLines: 0 })
  expect([l.rows, l.gapRow]).toEqual([21, 4])
  expect([3, 4, 5, 20].map(l.lineOf.bind(l))).toEqual([3, 3, 4, 19])
  expect([3, 4, 19].map(l.rowOf.bind(l))).toEqual([3, 5, 20])
})
