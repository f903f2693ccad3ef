import { expect, it } from 'vitest'
import type { Node } from '../../api/types'
import type { Context } from '../commands/context'
import { findFolders } from './CommandPalette'

const folder = (id: string, name: string, parent?: string): Node => ({
  id,
  kind: 'folder',
  name,
  parent,
  allowed: ['read'],
  shared: 'me',
  changedAt: '2026-01-01T00:00:00Z',
})
const nodes = new Map([folder('f1', 'Team'), folder('f2', 'Q3', 'f1')].map((n) => [n.id, n]))

it('goes to a folder by its name', () => {
  const [found, ...others] = findFolders(nodes, 'q3')
  expect(others).toEqual([])
  expect(found?.label).toBe('Go to folder Team / Q3')
  found?.run({} as Context)
  expect(window.location.pathname + window.location.search).toBe('/?folder=f2')
})

it('names no folders before something is typed', () => {
  expect(findFolders(nodes, '')).toEqual([])
})
