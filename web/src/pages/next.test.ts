import { describe, expect, it } from 'vitest'
import { nextAddress } from './next'

const comeBack = (next: string) => nextAddress(`?next=${encodeURIComponent(next)}`)

describe('nextAddress', () => {
  it('goes back to a page of this site', () => {
    expect(comeBack('/n/01jabcdefghjkmnpqrstvwxyz0?view=report#p3')).toBe(
      '/n/01jabcdefghjkmnpqrstvwxyz0?view=report#p3',
    )
    expect(comeBack('/people')).toBe('/people')
  })

  it.each([
    'https://evil.org/',
    '//evil.org/',
    '/\\evil.org',
    '\\\\evil.org',
    '/\t/evil.org',
    '/\n/evil.org',
    '/\t/evil.org/people',
    '/..//evil.org',
    '/.//evil.org/people',
    'javascript:alert(1)',
    'evil.org',
    '',
  ])('never leaves the site: %j', (next) => {
    expect(comeBack(next)).toBe('/')
  })

  it('does not come back to signing in', () => {
    expect(comeBack('/sign-in?next=/people')).toBe('/')
    expect(comeBack('/welcome')).toBe('/')
  })

  it('goes home when nothing is named', () => {
    expect(nextAddress('')).toBe('/')
  })
})
