// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { merge3 } from './merge3'

const lines = (...l: string[]) => l.join('\n')

describe('merge3', () => {
  const base = lines('a', 'b', 'c', 'd', 'e')

  it('takes both sides where they touch different lines', () => {
    expect(merge3(base, lines('A', 'b', 'c', 'd', 'e'), lines('a', 'b', 'c', 'd', 'E', 'f'))).toEqual({
      text: lines('A', 'b', 'c', 'd', 'E', 'f'),
      conflict: false,
    })
    expect(merge3(base, lines('a', 'c', 'd', 'e'), lines('a', 'b', 'c', 'x', 'd', 'e'))).toEqual({
      text: lines('a', 'c', 'x', 'd', 'e'),
      conflict: false,
    })
  })

  it('takes the same change once', () => {
    const changed = lines('a', 'b', 'new', 'c', 'd', 'e')
    expect(merge3(base, changed, changed)).toEqual({ text: changed, conflict: false })
    expect(merge3(base, lines('a', 'b', 'new', 'c', 'd', 'E'), changed).text).toBe(
      lines('a', 'b', 'new', 'c', 'd', 'E'),
    )
  })

  it('leaves a clash to the person', () => {
    expect(merge3(base, lines('a', 'B1', 'c', 'd', 'e'), lines('a', 'B2', 'c', 'd', 'e'))).toEqual({
      text: lines('a', 'B2', 'c', 'd', 'e'),
      conflict: true,
    })
  })

  it('keeps every line that only one side changed, for any texts', () => {
    for (let seed = 1; seed < 300; seed++) {
      const text = Array.from({ length: 12 }, (_, i) => `l${(i * seed) % 5}`)
      const mine = text.with(seed % 4, `mine${seed}`)
      const theirs = text.with(6 + (seed % 5), `theirs${seed}`)
      const merged = text.with(seed % 4, `mine${seed}`).with(6 + (seed % 5), `theirs${seed}`)
      expect(merge3(text.join('\n'), mine.join('\n'), theirs.join('\n'))).toEqual({
        text: merged.join('\n'),
        conflict: false,
      })
    }
  })
})
