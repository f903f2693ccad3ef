import { expect, it } from 'vitest'
import { plainName } from './KeepDialog'

it('takes from the name what marks a scratch copy, and nothing else', () => {
  expect(plainName('Churn (scratch a1b2)')).toBe('Churn')
  expect(plainName('Churn (scratch a1b2) 2')).toBe('Churn')
  expect(plainName('Churn (2026)')).toBe('Churn (2026)')
})
