// @vitest-environment node
import { expect, it } from 'vitest'
import type { PartState } from '../replica/output'
import { findRow } from './find'
import { PartText } from './partText'

const part = (p: Partial<PartState>): PartState => ({
  part: 0,
  kind: 'stream',
  revision: 1,
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
  ...p,
})

it('has the head, a row for the gap, and the tail', () => {
  const lines = new PartText()
  lines.take(part({ head: 'a1\na2', headBytes: 5, tail: '2\nc1', tailAt: 12, end: 16, bytes: 16 }))
  expect([lines.gap, lines.rows]).toEqual([7, 5])
  expect(lines.row(2)).toEqual({ kind: 'gap', text: '⋯ 7 bytes not loaded ⋯' })
  expect(lines.row(3)).toEqual({ kind: 'line', line: '2' })
  lines.take(part({ head: 'a1\na2', headBytes: 5, tail: '2\nc1\nc2', tailAt: 12, end: 19, bytes: 19 }))
  expect(lines.row(5)).toEqual({ kind: 'line', line: 'c2' })
})

it('begins anew when the part is another one', () => {
  const lines = new PartText()
  lines.take(part({ head: 'a', headBytes: 1, end: 1, bytes: 9 }))
  lines.take(part({ revision: 2, head: 'c', headBytes: 1, end: 1, bytes: 3 }))
  expect(lines.head.toString()).toBe('c')
  expect(lines.gap).toBe(2)
})

it('finds lines in both directions, around the end, over the gap', () => {
  const lines = ['one', 'TWO', undefined, 'two']
  const find = (text: string, from: number, by: 1 | -1) => findRow(4, (i) => lines[i], { text, from, by })
  expect(find('two', -1, 1)).toBe(1)
  expect(find('two', 1, 1)).toBe(3)
  expect(find('two', 3, 1)).toBe(1)
  expect(find('two', 1, -1)).toBe(3)
  expect(find('nine', -1, 1)).toBe(-1)
})
