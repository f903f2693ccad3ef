// @vitest-environment node
import { expect, it } from 'vitest'
import type { PartState } from '../replica/output'
import { findLine } from './find'
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
  ...p,
})

it('has what was read of the gap behind the head, and joins the tail when nothing is missing', () => {
  const p = part({ head: 'a1\na2', headBytes: 5, tail: '2\nc1', tailAt: 12, end: 16, bytes: 16 })
  const lines = new PartText()
  lines.take(p)
  expect([lines.gap, lines.gapAt(p), lines.count]).toEqual([7, 5, 5])
  lines.fill('2\nb', 3)
  lines.take(p)
  expect([lines.gap, lines.gapAt(p)]).toEqual([4, 8])
  lines.fill('1\nb', 4)
  lines.take(p)
  lines.take(p)
  expect(lines.gap).toBe(0)
  expect(lines.tail).toBeNull()
  expect(lines.head.toString()).toBe('a1\na22\nb1\nb2\nc1')
})

it('begins anew when the part is another one', () => {
  const lines = new PartText()
  lines.take(part({ head: 'a', headBytes: 1, end: 1, bytes: 9 }))
  lines.fill('b', 1)
  lines.take(part({ revision: 2, head: 'c', headBytes: 1, end: 1, bytes: 3 }))
  expect(lines.head.toString()).toBe('c')
  expect(lines.gap).toBe(2)
})

it('finds lines in both directions, around the end, over the gap', () => {
  const lines = ['one', 'TWO', undefined, 'two']
  const find = (text: string, from: number, by: 1 | -1) => findLine(4, (i) => lines[i], text, from, by)
  expect(find('two', -1, 1)).toBe(1)
  expect(find('two', 1, 1)).toBe(3)
  expect(find('two', 3, 1)).toBe(1)
  expect(find('two', 1, -1)).toBe(3)
  expect(find('nine', -1, 1)).toBe(-1)
})
