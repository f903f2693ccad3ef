import { describe, expect, it } from 'vitest'
import { treeMove, typeAhead } from './keys'
import type { Row } from './nodes'

const row = (id: string, level: number, open?: boolean): Row => ({
  node: {
    id,
    kind: open === undefined ? 'note' : 'folder',
    name: id,
    allowed: [],
    shared: 'me',
    changedAt: '',
  },
  level,
  position: 1,
  siblings: 1,
  open,
})
const rows = [row('team', 1, true), row('q3', 2, false), row('budget', 2), row('blog', 1)]

describe('treeMove', () => {
  it('walks down, up, home and end without leaving the list', () => {
    expect(treeMove(rows, 'team', 'ArrowDown')).toEqual({ kind: 'go', id: 'q3' })
    expect(treeMove(rows, 'q3', 'ArrowUp')).toEqual({ kind: 'go', id: 'team' })
    expect(treeMove(rows, 'blog', 'ArrowDown')).toBeUndefined()
    expect(treeMove(rows, 'team', 'ArrowUp')).toEqual({ kind: 'go', id: 'team' })
    expect(treeMove(rows, 'q3', 'Home')).toEqual({ kind: 'go', id: 'team' })
    expect(treeMove(rows, 'q3', 'End')).toEqual({ kind: 'go', id: 'blog' })
  })

  it('opens a folder, then enters it', () => {
    expect(treeMove(rows, 'q3', 'ArrowRight')).toEqual({ kind: 'open', id: 'q3' })
    expect(treeMove(rows, 'team', 'ArrowRight')).toEqual({ kind: 'go', id: 'q3' })
    expect(treeMove(rows, 'blog', 'ArrowRight')).toBeUndefined()
  })

  it('closes a folder, or goes to the one around', () => {
    expect(treeMove(rows, 'team', 'ArrowLeft')).toEqual({ kind: 'close', id: 'team' })
    expect(treeMove(rows, 'budget', 'ArrowLeft')).toEqual({ kind: 'go', id: 'team' })
    expect(treeMove(rows, 'blog', 'ArrowLeft')).toBeUndefined()
  })

  it('activates with Enter and leaves other keys alone', () => {
    expect(treeMove(rows, 'blog', 'Enter')).toEqual({ kind: 'activate', id: 'blog' })
    expect(treeMove(rows, 'blog', 'Tab')).toBeUndefined()
    expect(treeMove([], undefined, 'ArrowDown')).toBeUndefined()
  })
})

describe('typeAhead', () => {
  it('goes on to the next with the same letter, and around the end', () => {
    expect(typeAhead(rows, 'team', 'b')).toBe('budget')
    expect(typeAhead(rows, 'budget', 'b')).toBe('blog')
    expect(typeAhead(rows, 'blog', 'b')).toBe('budget')
  })

  it('narrows with more letters from where it is', () => {
    expect(typeAhead(rows, 'budget', 'bu')).toBe('budget')
    expect(typeAhead(rows, 'budget', 'bl')).toBe('blog')
    expect(typeAhead(rows, 'budget', 'x')).toBeUndefined()
  })
})
