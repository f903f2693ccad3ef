// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { initials } from '../../ui/Avatar'
import { duration, stateWord, when } from './runWords'

describe('durations', () => {
  it.each([
    [0, '0.0 s'],
    [1234, '1.2 s'],
    [42_000, '42 s'],
    [61_000, '1 min 1 s'],
    [119_700, '2 min 0 s'],
    [3_720_000, '1 h 2 min'],
    [-5, '0.0 s'],
  ])('%i ms is %s', (ms, words) => expect(duration(ms)).toBe(words))
})

it('says the date only when it is not today', () => {
  const now = new Date('2026-11-21T15:00:00')
  expect(when('2026-11-21T14:03:00', now)).not.toContain('21')
  expect(when('2026-11-20T14:03:00', now)).toContain('20')
  expect(when('2025-11-20T14:03:00', now)).toContain('2025')
})

it('names the state of a run', () => {
  expect(stateWord(undefined, false)).toBe('ready')
  expect(stateWord(undefined, true)).toBe('starting')
})

it('shortens names to initials', () => {
  expect(initials('ana')).toBe('AN')
  expect(initials('Ana Maria Lopez')).toBe('AL')
  expect(initials('')).toBe('?')
})
