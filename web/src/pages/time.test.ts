import { expect, it } from 'vitest'
import { exactText, whenText } from './time'

const now = Date.parse('2026-05-10T12:00:00Z')

it('says near times in words and far ones as a date', () => {
  expect(whenText('2026-05-10T11:59:31Z', now)).toBe('just now')
  expect(whenText('2026-05-10T11:30:00Z', now)).toBe('30 minutes ago')
  expect(whenText('2026-05-10T09:00:00Z', now)).toBe('3 hours ago')
  expect(whenText('2026-05-09T11:00:00Z', now)).toBe('yesterday')
  expect(whenText('2026-05-12T13:00:00Z', now)).toBe('in 2 days')
  expect(whenText('2026-03-01T12:00:00Z', now)).toContain('2026')
})

it('says nothing for what is no time', () => {
  expect(whenText('', now)).toBe('')
  expect(exactText('soon')).toBe('')
})
