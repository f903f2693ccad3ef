import { expect, it } from 'vitest'
import { windowOf } from './useWindow'

it('keeps short lists whole', () => {
  expect(windowOf(200, 28, 3000, 500)).toEqual({ from: 0, to: 200 })
})

it('keeps what is in sight and a little around', () => {
  const { from, to } = windowOf(3000, 28, 28 * 1000, 28 * 20)
  expect(from).toBe(988)
  expect(to).toBe(1032)
})

it('stays within the list at both ends and before the first layout', () => {
  expect(windowOf(3000, 28, 0, 0).from).toBe(0)
  expect(windowOf(3000, 28, 0, 0).to).toBeLessThan(100)
  expect(windowOf(3000, 28, 28 * 3000, 500).to).toBe(3000)
})
