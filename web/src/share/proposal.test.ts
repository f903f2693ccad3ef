import { describe, expect, it } from 'vitest'
import type { Preview } from '../api/sharing'
import { reachesFurther } from './proposal'

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

describe('a change reaches further', () => {
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
