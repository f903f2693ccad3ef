import { describe, expect, it } from 'vitest'
import type { Node } from '../api/types'
import {
  buildTree,
  canMoveInto,
  childrenOf,
  filterTree,
  flattenTree,
  foldersNamed,
  pathOf,
  pathText,
} from './nodes'

const node = (id: string, kind: Node['kind'], parent?: string, more: Partial<Node> = {}): Node => ({
  id,
  kind,
  name: id,
  parent,
  allowed: ['read', 'run', 'write', 'manage'],
  shared: 'me',
  changedAt: '2026-01-01T00:00:00Z',
  ...more,
})

const nodes = [
  node('note10', 'note', 'team'),
  node('note9', 'note', 'team', { shared: 'everyone' }),
  node('team', 'folder'),
  node('q3', 'folder', 'team'),
  node('churn', 'note', 'q3', { shared: 'some' }),
  node('lost', 'note', 'unreadable'),
  node('empty', 'folder'),
]
const byId = new Map(nodes.map((n) => [n.id, n]))
const ids = (open: string[], filter: Parameters<typeof filterTree>[1] = 'all') =>
  flattenTree(filterTree(buildTree(nodes), filter), (id) => open.includes(id)).map((r) => r.node.id)

describe('the tree as rows', () => {
  it('puts folders first and orders numbers by value', () => {
    expect(ids(['team'])).toEqual(['empty', 'team', 'q3', 'note9', 'note10', 'lost'])
  })

  it('shows what is open, and only below open folders', () => {
    expect(ids([])).toEqual(['empty', 'team', 'lost'])
    expect(ids(['q3'])).toEqual(['empty', 'team', 'lost'])
    expect(ids(['team', 'q3'])).toContain('churn')
  })

  it('tells level, place and whether a row opens', () => {
    const rows = flattenTree(buildTree(nodes), (id) => id === 'team')
    const row = (id: string) => rows.find((r) => r.node.id === id)
    expect(row('q3')).toMatchObject({ level: 2, position: 1, siblings: 3, open: false })
    expect(row('team')).toMatchObject({ level: 1, position: 2, siblings: 3, open: true })
    expect(row('empty')?.open).toBeUndefined()
    expect(row('lost')?.open).toBeUndefined()
  })

  it('filters notes and keeps the folders that lead to them', () => {
    expect(ids(['team', 'q3'], 'some')).toEqual(['team', 'q3', 'churn'])
    expect(ids(['team', 'q3'], 'everyone')).toEqual(['team', 'note9'])
    expect(ids(['team', 'q3'], 'me')).toEqual(['team', 'note10', 'lost'])
  })
})

describe('paths', () => {
  it('run from the top to the node', () => {
    expect(pathText(pathOf(byId, 'churn'))).toBe('team / q3 / churn')
    expect(pathOf(byId, 'unknown')).toEqual([])
  })
})

describe('folders', () => {
  const idsIn = (...asked: Parameters<typeof childrenOf> extends [unknown, ...infer R] ? R : never) =>
    childrenOf(byId, ...asked).map((n) => n.id)

  it('have what stands directly in them, of a workspace what leads to its notes', () => {
    expect(idsIn('team')).toEqual(['q3', 'note9', 'note10'])
    expect(idsIn('team', 'some')).toEqual(['q3'])
    expect(idsIn('team', 'me')).toEqual(['note10'])
    expect(idsIn('empty')).toEqual([])
  })

  it('are found by all words of a name, in whatever case', () => {
    const named = new Map(['Q3 plans', 'Plans of q4'].map((id) => [id, node(id, 'folder')]))
    expect(foldersNamed(named, 'PLANS q3').map((n) => n.id)).toEqual(['Q3 plans'])
    expect(foldersNamed(byId, 'note')).toEqual([])
    expect(foldersNamed(byId, ' ')).toEqual([])
  })
})

describe('moving', () => {
  it('never goes into itself, below itself, into a note or to where it is', () => {
    expect(canMoveInto(byId, 'team', 'q3')).toBe(false)
    expect(canMoveInto(byId, 'team', 'team')).toBe(false)
    expect(canMoveInto(byId, 'churn', 'note9')).toBe(false)
    expect(canMoveInto(byId, 'churn', 'q3')).toBe(false)
    expect(canMoveInto(byId, 'team', null)).toBe(false)
  })

  it('goes elsewhere when one may', () => {
    expect(canMoveInto(byId, 'churn', 'team')).toBe(true)
    expect(canMoveInto(byId, 'churn', null)).toBe(true)
    const readOnly = new Map(byId).set('empty', node('empty', 'folder', undefined, { allowed: ['read'] }))
    expect(canMoveInto(readOnly, 'churn', 'empty')).toBe(false)
    const theirs = new Map(byId).set('churn', node('churn', 'note', 'q3', { allowed: ['read', 'write'] }))
    expect(canMoveInto(theirs, 'churn', 'team')).toBe(false)
  })
})
