import { describe, expect, it } from 'vitest'
import { isList, parseNames } from './names'

describe('parseNames', () => {
  it('reads commas, semicolons, tabs and lines alike', () => {
    expect(parseNames('ana, bob;rita\nvera\r\nzoe\teve')).toEqual([
      'ana',
      'bob',
      'rita',
      'vera',
      'zoe',
      'eve',
    ])
  })

  it('drops empty places and repeated names, whatever their case', () => {
    expect(parseNames(' ,ana,, Ana ;\n')).toEqual(['ana'])
    expect(parseNames('')).toEqual([])
  })

  it('compares composed and decomposed letters as the same', () => {
    expect(parseNames('Andr\u00e9, Andre\u0301')).toHaveLength(1)
  })

  it('keeps spaces within a name and drops quotation marks around it', () => {
    expect(parseNames('"Data Team", bob, ""')).toEqual(['Data Team', 'bob'])
  })

  it('compares wide letters as the usual ones', () => {
    expect(parseNames('ana, \uff21\uff2e\uff21')).toEqual(['ana'])
  })
})

describe('isList', () => {
  it('is one only with a separator between', () => {
    expect(isList('ana, bob')).toBe(true)
    expect(isList('ana\n')).toBe(false)
    expect(isList('ana maria')).toBe(false)
  })
})
