import { expect, it } from 'vitest'
import { datesProblem, endOfDay, fieldOf, timeOf, today } from './dates'

it('goes to a field and back without changing what was not changed', () => {
  const exact = '2026-05-03T10:20:30.123456Z'
  expect(timeOf(fieldOf(exact), exact)).toBe(exact)
  expect(timeOf('', exact)).toBeUndefined()
  expect(timeOf('2026-05-03T10:20')).toBe(new Date(2026, 4, 3, 10, 20).toISOString())
})

it('means the whole day', () => {
  expect(endOfDay('2026-05-03')).toBe(new Date(2026, 4, 3, 23, 59, 59, 999).toISOString())
  expect(endOfDay('')).toBeUndefined()
  expect(today(new Date(2026, 4, 3, 0, 1))).toBe('2026-05-03')
})

it('refuses times in which nothing could count', () => {
  const now = Date.parse('2026-05-03T00:00:00Z')
  expect(datesProblem(undefined, '2026-05-02T00:00:00Z', now)).toBe('The end has passed.')
  expect(datesProblem('2026-05-05T00:00:00Z', '2026-05-04T00:00:00Z', now)).toMatch(/start before/)
  expect(datesProblem('2026-05-04T00:00:00Z', '2026-05-05T00:00:00Z', now)).toBe('')
  expect(datesProblem('2026-05-04T00:00:00Z', undefined, now)).toBe('')
})
