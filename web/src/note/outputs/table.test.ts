import { describe, expect, it } from 'vitest'
import { imageBlob } from './image'
import { bundleOf, choose, stringOf } from './mime'
import { isNumeric, sorted, tableOf } from './table'

describe('a table', () => {
  const t = tableOf('name\tn\r\nb\t9\na\t100\nc\t\nd\t10\n')

  it('has columns and rows', () => {
    expect(t.columns).toEqual(['name', 'n'])
    expect(t.rows).toHaveLength(4)
  })

  it('sorts numbers as numbers, empty cells last, and is stable', () => {
    expect(isNumeric(t, 1)).toBe(true)
    expect(sorted(t, { column: 1, descending: false })).toEqual([0, 3, 1, 2])
    expect(sorted(t, { column: 0, descending: true })).toEqual([3, 2, 0, 1])
    expect(sorted(t, null)).toEqual([0, 1, 2, 3])
  })
})

describe('an escaped table', () => {
  const t = tableOf('a\\tb\tn\n\\N\t\nx\\ny\\\\N\t\\\\N\n\n', true)

  it('tells NULL from nothing and from its own name, and keeps empty rows', () => {
    expect(t.columns).toEqual(['a\tb', 'n'])
    expect(t.rows).toEqual([[null, ''], ['x\ny\\N', '\\N'], ['']])
  })

  it('sorts NULL with what is empty', () => {
    expect(sorted(tableOf('n\n\\N\n2\n10\n', true), { column: 0, descending: false })).toEqual([1, 2, 0])
  })
})

describe('choosing a form', () => {
  it('takes the richest that is known', () => {
    const data = { 'text/plain': 'x', 'text/html': ['<b>', 'x</b>'] }
    const chosen = choose({ data })
    expect(chosen).toMatchObject({ mime: 'text/html', renderer: 'frame' })
    expect(stringOf(chosen?.data)).toBe('<b>x</b>')
    expect(choose({ data: { 'application/vnd.foo+json': {} } })?.renderer).toBe('json')
    expect(choose({ data: { 'application/octet-stream': '' } })).toBeNull()
  })

  it('is not confused by names of objects', () => {
    expect(choose({ data: JSON.parse('{"__proto__":{"text/html":"x"}}') })).toBeNull()
    expect(bundleOf('x')).toBeNull()
    expect(bundleOf({ data: null })).toBeNull()
  })
})

describe('a picture', () => {
  it('is what its first bytes say', () => {
    const png = btoa('\x89PNG\r\n\x1a\n')
    expect(imageBlob('image/png', png)?.type).toBe('image/png')
    expect(imageBlob('image/jpeg', png)).toBeNull()
    expect(imageBlob('image/png', '***')).toBeNull()
    expect(imageBlob('text/html', btoa('<script>'))).toBeNull()
  })
})
