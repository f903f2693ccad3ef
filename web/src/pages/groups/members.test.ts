import { describe, expect, it } from 'vitest'
import { ApiError } from '../../api/client'
import type { Preview } from '../../api/sharing'
import { maxPasted, reachesFurther, readPasted, unknownIn } from './members'

const preview = (more: Partial<Preview> = {}): Preview => ({
  gains: [],
  losses: [],
  people: { gain: 0, lose: 0 },
  notes: 1,
  outputs: 0,
  files: 0,
  everyone: '',
  truncated: false,
  sentence: '',
  ...more,
})
const bob = { person: { id: 12, kind: 'user', name: 'bob' }, actions: ['read'], notes: 1 } as const
const affected = (a: typeof bob) => ({ ...a, actions: [...a.actions] })

describe('a pasted list', () => {
  it('is read from lines, commas and spreadsheets, and says what is repeated and what is there', () => {
    const list = readPasted('bob\n"Rita Ray"; BOB,\tana', [{ id: 11, kind: 'user', name: 'Ana' }])
    expect(list.names).toEqual(['BOB', 'Rita Ray', 'ana'])
    expect(list.fresh).toEqual(['BOB', 'Rita Ray'])
    expect([list.already, list.repeated, list.tooMany]).toEqual([1, 1, 0])
  })

  it('of more than the server takes says how many are too many', () => {
    const text = Array.from({ length: maxPasted + 3 }, (_, i) => `s${i}`).join('\n')
    expect(readPasted(text, []).tooMany).toBe(3)
  })

  it('learns from a refusal whom nobody knows', () => {
    const refusal = new ApiError('invalid', 'Unknown: zed.', 400, { unknown: ['zed'] })
    expect(unknownIn(refusal)).toEqual(['zed'])
    expect(unknownIn(new ApiError('invalid', 'a > b > a', 400))).toEqual([])
  })
})

describe('a change of members reaches further', () => {
  it('than those named when others gain or lose something', () => {
    expect(
      reachesFurther(preview({ gains: [affected(bob)], people: { gain: 1, lose: 0 } }), [{ id: 12 }]),
    ).toBe(false)
    expect(
      reachesFurther(preview({ gains: [affected(bob)], people: { gain: 1, lose: 0 } }), [{ id: 13 }]),
    ).toBe(true)
    expect(reachesFurther(preview({ losses: [affected(bob)], people: { gain: 0, lose: 1 } }), [])).toBe(true)
  })

  it('when more are concerned than are listed, or not all was counted', () => {
    expect(
      reachesFurther(preview({ gains: [affected(bob)], people: { gain: 2, lose: 0 } }), [{ id: 12 }]),
    ).toBe(true)
    expect(reachesFurther(preview({ truncated: true }), [])).toBe(true)
    expect(reachesFurther(preview(), [])).toBe(false)
  })
})
