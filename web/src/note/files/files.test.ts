import { describe, expect, it } from 'vitest'
import { crumbs, freeName, nameProblem, sizeText } from './files'

describe('names and sizes', () => {
  it('shows sizes with the digits that count', () => {
    expect([0, 999, 1024, 1536, 10_240, 5 * 2 ** 30, 1_048_000].map(sizeText)).toEqual([
      '0 B',
      '999 B',
      '1 KB',
      '1.5 KB',
      '10 KB',
      '5 GB',
      '1 MB',
    ])
  })
  it('finds a free name before what says which kind of file it is', () => {
    expect(freeName('a.csv', new Set(['a.csv', 'a (2).csv']))).toBe('a (3).csv')
    expect(freeName('.env', new Set())).toBe('.env (2)')
  })
  it('knows what the server would refuse', () => {
    for (const bad of ['', ' ', '.', '..', 'a/b', 'a\\b', 'a\nb', 'é'.repeat(128)])
      expect(nameProblem(bad)).toBeTruthy()
    expect(nameProblem('naïve – 1.csv')).toBeUndefined()
  })
  it('leads back to every folder above', () => {
    expect(crumbs('a/b').map((c) => c.path)).toEqual(['', 'a', 'a/b'])
  })
})
