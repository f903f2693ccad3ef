import { describe, expect, it } from 'vitest'
import { ApiError } from '../../api/client'
import { maxPasted, readPasted, unknownIn } from './members'

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
