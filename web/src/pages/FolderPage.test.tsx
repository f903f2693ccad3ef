import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { Node } from '../api/types'
import { expectAccessible, show } from '../testing/components'
import { fakeApi } from '../testing/fakeApi'
import { HomePage } from './HomePage'

const node = (id: string, kind: Node['kind'], name: string, more: Partial<Node> = {}): Node => ({
  id,
  kind,
  name,
  allowed: ['read', 'run', 'write', 'manage'],
  shared: 'me',
  changedAt: '2026-01-01T00:00:00Z',
  ...more,
})
const nodes = [
  node('team', 'folder', 'Team'),
  node('q3', 'folder', 'Q3', { parent: 'team' }),
  node('plans', 'folder', 'Plans', { parent: 'q3' }),
  node('churn', 'note', 'Churn', { parent: 'q3', shared: 'everyone' }),
  node('deep', 'note', 'Deep', { parent: 'plans' }),
  node('other', 'note', 'Other'),
]

function showFolder(at: string, routes: Parameters<typeof fakeApi>[0] = {}) {
  const calls = fakeApi({ 'GET /tree': { nodes }, 'GET /me/requests': { requests: [] }, ...routes })
  return { calls, ...show(<HomePage />, { at }) }
}

it('shows what is in the folder, and the way to it', async () => {
  const { user } = showFolder('/?folder=q3')
  await screen.findByRole('heading', { name: 'Q3', level: 1 })
  const list = within(screen.getByRole('list'))
  expect(list.getAllByRole('link').map((l) => l.textContent)).toEqual(['Plans', 'Churn'])
  expect(document.title).toBe('Q3 – Quire')
  await expectAccessible()
  await user.click(list.getByRole('link', { name: 'Plans' }))
  await screen.findByRole('heading', { name: 'Plans', level: 1 })
  expect(window.location.search).toBe('?folder=plans')
})

it('makes a note in it', async () => {
  const { user, calls } = showFolder('/?folder=q3', {
    'GET /nodes/q3': nodes[1],
    'POST /nodes': node('new', 'note', 'Untitled note'),
  })
  await user.click(await screen.findByRole('button', { name: 'New note here' }))
  await user.click(screen.getByRole('button', { name: 'Create' }))
  await expect.poll(() => window.location.pathname).toBe('/n/new')
  expect(calls.find((c) => c.method === 'POST')?.body).toMatchObject({ parent: 'q3' })
})

it('offers nothing to those who only read it', async () => {
  const readable = nodes.map((n): Node => ({ ...n, allowed: ['read'] }))
  showFolder('/?folder=q3', { 'GET /tree': { nodes: readable } })
  await screen.findByRole('button', { name: 'Who has access…' })
  expect(screen.queryByRole('button', { name: 'New note here' })).toBeNull()
})

it.each([
  ['one may not see', 'secret'],
  ['is a note', 'churn'],
])('looks like nothing where it %s, and lets one ask', async (_, id) => {
  const { user, calls } = showFolder(`/?folder=${id}`, { 'POST /requests': {} })
  await screen.findByText('There is nothing here that you may read')
  await user.click(await screen.findByRole('button', { name: 'Ask for access' }))
  await expect.poll(() => calls.find((c) => c.method === 'POST')?.body).toMatchObject({ node: id })
})
