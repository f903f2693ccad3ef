import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { Node } from '../api/types'
import { Sidebar } from '../pages/Sidebar'
import { expectAccessible, show } from '../testing/components'
import { type Call, done, fakeApi, refusal } from '../testing/fakeApi'
import { loadTree } from './store'

const id = (n: number) => String(n).padStart(26, '0')
const node = (n: number, kind: Node['kind'], name: string, parent?: number): Node => ({
  id: id(n),
  kind,
  name,
  parent: parent === undefined ? undefined : id(parent),
  allowed: ['read', 'run', 'write', 'manage'],
  shared: 'me',
  changedAt: '2026-01-01T00:00:00Z',
})
const nodes = [
  node(1, 'folder', 'team'),
  node(2, 'folder', 'q3', 1),
  node(3, 'note', 'churn', 2),
  node(4, 'note', 'budget', 1),
  node(5, 'note', 'welcome'),
]

async function showTree(routes: Parameters<typeof fakeApi>[0] = {}, at = '/') {
  const calls = fakeApi({ 'GET /tree': { nodes }, ...routes })
  const shown = show(<Sidebar />, { at })
  const tree = await screen.findByRole('tree')
  return { ...shown, calls, tree }
}

const item = (name: string) => screen.getByRole('treeitem', { name })
const activeName = (tree: HTMLElement) =>
  document.getElementById(tree.getAttribute('aria-activedescendant') ?? '')?.getAttribute('aria-label')

describe('the tree by keyboard', () => {
  it('is one tab stop that walks, opens, closes and finds', async () => {
    const { user, tree } = await showTree()
    tree.focus()
    expect(activeName(tree)).toBe('team')
    await user.keyboard('{ArrowRight}{ArrowRight}')
    expect(activeName(tree)).toBe('q3')
    expect(item('q3').getAttribute('aria-level')).toBe('2')
    await user.keyboard('{ArrowDown}')
    expect(activeName(tree)).toBe('budget')
    await user.keyboard('{ArrowLeft}{ArrowLeft}')
    expect(activeName(tree)).toBe('team')
    expect(screen.queryByRole('treeitem', { name: 'q3' })).toBeNull()
    await user.keyboard('w')
    expect(activeName(tree)).toBe('welcome')
    await expectAccessible()
  })

  it('opens a note with Enter and remembers open folders', async () => {
    const { user, tree, unmount } = await showTree()
    tree.focus()
    await user.keyboard('{ArrowRight}{ArrowDown}{ArrowDown}{Enter}')
    expect(window.location.pathname).toBe(`/n/${id(4)}`)
    unmount()
    await showTree()
    expect(item('team').getAttribute('aria-expanded')).toBe('true')
  })

  it('shows where an open note is', async () => {
    await showTree({}, `/n/${id(3)}`)
    await waitFor(() => expect(item('churn').getAttribute('aria-selected')).toBe('true'))
  })
})

it('shows where a note is whose folders become known after it', async () => {
  let known = [node(3, 'note', 'churn', 2)]
  await showTree({ 'GET /tree': () => ({ nodes: known }) }, `/n/${id(3)}`)
  known = nodes
  await loadTree()
  await waitFor(() => expect(item('churn').getAttribute('aria-level')).toBe('3'))
})

describe('what is done to nodes', () => {
  it('renames in place, and says there when the name is taken', async () => {
    let now = nodes
    const { user, tree, calls } = await showTree({
      'GET /tree': () => ({ nodes: now }),
      [`PATCH /nodes/${id(1)}`]: ({ body }: Call) => {
        const { name } = body as Node
        if (name === 'taken') return refusal(409, 'conflict', 'There is “taken” here already.')
        now = nodes.map((n) => (n.id === id(1) ? { ...n, name } : n))
        return now[0]
      },
    })
    tree.focus()
    await user.keyboard('{F2}')
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Name of team' })
    expect(document.activeElement).toBe(field)
    await user.keyboard('taken{Enter}')
    await screen.findByText('There is “taken” here already.')
    await user.clear(field)
    await user.keyboard('crew{Enter}')
    await screen.findByRole('treeitem', { name: 'crew' })
    expect(document.activeElement).toBe(tree)
    expect(calls.filter((c) => c.method === 'PATCH').map((c) => c.body)).toEqual([
      { name: 'taken' },
      { name: 'crew' },
    ])
  })

  it('leaves the name as it was with Esc', async () => {
    const { user, tree, calls } = await showTree()
    tree.focus()
    await user.keyboard('{F2}other{Escape}')
    expect(item('team')).toBeTruthy()
    expect(calls.some((c) => c.method === 'PATCH')).toBe(false)
  })

  it('puts into the trash and takes it back', async () => {
    let inTrash = false
    const { user, tree } = await showTree({
      'GET /tree': () => ({ nodes: inTrash ? nodes.slice(0, 4) : nodes }),
      [`POST /nodes/${id(5)}/trash`]: () => {
        inTrash = true
        return done()
      },
      [`POST /nodes/${id(5)}/restore`]: () => {
        inTrash = false
        return nodes[4]
      },
    })
    tree.focus()
    await user.keyboard('{End}{Delete}')
    await waitFor(() => expect(screen.queryByRole('treeitem', { name: 'welcome' })).toBeNull())
    await user.click(await screen.findByRole('button', { name: 'Undo' }))
    await screen.findByRole('treeitem', { name: 'welcome' })
  })

  it('makes a folder inside another, from its menu', async () => {
    const { user, calls } = await showTree({
      'POST /nodes': ({ body }: Call) => ({ ...node(9, 'folder', (body as Node).name), parent: id(1) }),
    })
    await user.pointer({ keys: '[MouseRight]', target: item('team') })
    await user.click(await screen.findByRole('menuitem', { name: 'New folder here' }))
    await user.keyboard('plans{Enter}')
    await waitFor(() => expect(calls.some((c) => c.method === 'POST')).toBe(true))
    expect(calls.find((c) => c.method === 'POST')?.body).toEqual({
      kind: 'folder',
      name: 'plans',
      parent: id(1),
    })
  })

  it('offers nothing that one may not do', async () => {
    const readable = nodes.map((n): Node => ({ ...n, allowed: ['read'] }))
    const { user, tree, calls } = await showTree({ 'GET /tree': { nodes: readable } })
    tree.focus()
    await user.keyboard('{F2}{Delete}')
    expect(screen.queryByRole('textbox', { name: 'Name of team' })).toBeNull()
    expect(calls.every((c) => c.method === 'GET')).toBe(true)
    await user.pointer({ keys: '[MouseRight]', target: item('team') })
    const menu = await screen.findByRole('menu')
    expect(within(menu).getByRole('menuitem', { name: /Move to trash/ }).ariaDisabled).toBe('true')
  })

  it('moves to a folder that is chosen, and never offers one below itself', async () => {
    let now = nodes
    const { user, calls } = await showTree({
      'GET /tree': () => ({ nodes: now }),
      [`PATCH /nodes/${id(2)}`]: () => {
        now = nodes.map((n) => (n.id === id(2) ? { ...n, parent: undefined } : n))
        return now[1]
      },
      'POST /preview': {
        gains: [],
        losses: [],
        people: { gain: 0, lose: 2 },
        notes: 1,
        outputs: 0,
        files: 0,
        everyone: '',
        truncated: false,
        sentence: '2 people lose access on 1 note.',
      },
    })
    await user.click(within(item('team')).getByText('team'))
    await user.pointer({ keys: '[MouseRight]', target: item('q3') })
    await user.click(await screen.findByRole('menuitem', { name: 'Move to…' }))
    const dialog = await screen.findByRole('dialog')
    expect(within(dialog).queryByLabelText('team / q3')).toBeNull()
    await user.click(within(dialog).getByLabelText('Top level'))
    await within(dialog).findByText('2 people lose access on 1 note.')
    expect(calls.find((c) => c.path === '/preview')?.body).toEqual({
      change: { kind: 'move', node: id(2), parent: null },
    })
    await user.click(within(dialog).getByRole('button', { name: 'Move' }))
    await waitFor(() => expect(item('q3').getAttribute('aria-level')).toBe('1'))
    expect(calls.find((c) => c.method === 'PATCH')?.body).toEqual({ parent: null })
    await screen.findByRole('button', { name: 'Undo' })
  })
})

it('keeps a tree of thousands out of the document, except what is in sight', async () => {
  const many = Array.from({ length: 3000 }, (_, i) => node(1000 + i, 'note', `m${i}`))
  const { user, tree } = await showTree({ 'GET /tree': { nodes: many } })
  expect(screen.getAllByRole('treeitem').length).toBeLessThan(100)
  tree.focus()
  await user.keyboard('{End}')
  expect(activeName(tree)).toBe('m2999')
})

it('shows only notes shared so', async () => {
  const shared = nodes.map((n): Node => (n.name === 'churn' ? { ...n, shared: 'everyone' } : n))
  const { user } = await showTree({ 'GET /tree': { nodes: shared } })
  await user.click(screen.getByText('Public'))
  expect(screen.getAllByRole('treeitem').map((i) => i.getAttribute('aria-label'))).toEqual([
    'team',
    'q3',
    'churn',
  ])
})
