import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { Affected, Preview } from '../api/sharing'
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

const losing = (id: number, name: string, ...actions: Affected['actions']): Affected => ({
  person: { id, kind: 'user', name },
  actions,
  notes: 1,
})
const preview = (losses: Affected[], sentence = ''): Preview => ({
  gains: [],
  losses,
  people: { gain: 0, lose: losses.length },
  notes: losses.length > 0 ? 1 : 0,
  outputs: 0,
  files: 0,
  everyone: '',
  truncated: false,
  sentence,
})
const onlyMe = preview([losing(11, 'ana', 'run', 'write')])

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

describe('the address of a folder', () => {
  it('opens it, and lets one go on from there with the keys', async () => {
    const { user, tree } = await showTree({}, `/?folder=${id(2)}`)
    await waitFor(() => expect(item('q3').getAttribute('aria-expanded')).toBe('true'))
    expect(item('q3').getAttribute('aria-selected')).toBe('true')
    expect(activeName(tree)).toBe('q3')
    await waitFor(() => expect(document.activeElement).toBe(tree))
    await user.keyboard('{ArrowDown}')
    expect(activeName(tree)).toBe('churn')
  })

  it('takes the focus from nobody', async () => {
    fakeApi({ 'GET /tree': { nodes } })
    show(
      <>
        {/* biome-ignore lint/a11y/noAutofocus: somebody is typing here */}
        <input autoFocus />
        <Sidebar />
      </>,
      { at: `/?folder=${id(2)}` },
    )
    await screen.findByRole('treeitem', { name: 'churn' })
    expect(document.activeElement?.tagName).toBe('INPUT')
  })
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

  it('puts what only oneself sees into the trash at once, and takes it back', async () => {
    let inTrash = false
    const { user, tree } = await showTree({
      'GET /tree': () => ({ nodes: inTrash ? nodes.slice(0, 4) : nodes }),
      'POST /preview': onlyMe,
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

  it('asks before it puts away what others see, and says who loses it', async () => {
    const sentence = '1 person loses access, 1 person may do less on 1 note.'
    const losses = [losing(11, 'ana', 'run', 'write'), losing(12, 'bob', 'read')]
    const { user, tree, calls } = await showTree({
      'POST /preview': preview(losses, sentence),
      [`POST /nodes/${id(5)}/trash`]: done,
    })
    tree.focus()
    await user.keyboard('{End}{Delete}')
    const dialog = await screen.findByRole('dialog', { name: 'Move “welcome” to the trash?' })
    within(dialog).getByText(sentence)
    within(within(dialog).getByRole('region', { name: 'Lose access' })).getByText('bob')
    within(within(dialog).getByRole('region', { name: 'May do less' })).getByText('ana')
    await expectAccessible()
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }))
    expect(calls.filter((c) => c.method === 'POST').map((c) => c.body)).toEqual([
      { change: { kind: 'trash', node: id(5) } },
    ])
    await user.keyboard('{Delete}')
    await user.click(await screen.findByRole('button', { name: 'Move to trash' }))
    await screen.findByText('“welcome” is in the trash.')
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  })

  it('lets one go on when it cannot be found out who loses something', async () => {
    const { user, tree, calls } = await showTree({
      'POST /preview': () => refusal(503, 'unavailable', 'Too much to look at.'),
      [`POST /nodes/${id(5)}/trash`]: done,
    })
    tree.focus()
    await user.keyboard('{End}{Delete}')
    await screen.findByText('Too much to look at.')
    await user.click(screen.getByRole('button', { name: 'Move to trash' }))
    await waitFor(() => expect(calls.some((c) => c.path.endsWith('/trash'))).toBe(true))
  })

  it('says at once what may not be put away', async () => {
    const { user, tree } = await showTree({
      'POST /preview': () => refusal(403, 'forbidden', 'You do not own all that is in it.'),
    })
    tree.focus()
    await user.keyboard('{End}{Delete}')
    await screen.findByText('You do not own all that is in it.')
    expect(screen.queryByRole('dialog')).toBeNull()
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

describe('what is dragged', () => {
  const dataTransfer = { setData: () => {} }
  const drop = (name: string, onto: string) => {
    fireEvent.dragStart(item(name), { dataTransfer })
    fireEvent.dragOver(item(onto), { dataTransfer })
    fireEvent.drop(item(onto), { dataTransfer })
  }
  const moved = { ...nodes[4], parent: id(1) }

  it('moves at once where nobody gains or loses by it', async () => {
    const { calls } = await showTree({ 'POST /preview': preview([]), [`PATCH /nodes/${id(5)}`]: moved })
    drop('welcome', 'team')
    await screen.findByText('“welcome” is in “team” now.')
    await screen.findByRole('button', { name: 'Undo' })
    expect(calls.find((c) => c.method === 'PATCH')?.body).toEqual({ parent: id(1) })
  })

  it('asks first where somebody does, even if that is oneself', async () => {
    const { user, calls } = await showTree({
      'POST /preview': preview([losing(11, 'ana', 'manage')], '1 person may do less on 1 note.'),
      [`PATCH /nodes/${id(5)}`]: moved,
    })
    drop('welcome', 'team')
    const dialog = await screen.findByRole('dialog', { name: 'Move “welcome” to “team”?' })
    within(dialog).getByText('1 person may do less on 1 note.')
    expect(calls.find((c) => c.path === '/preview')?.body).toEqual({
      change: { kind: 'move', node: id(5), parent: id(1) },
    })
    expect(calls.some((c) => c.method === 'PATCH')).toBe(false)
    await user.click(within(dialog).getByRole('button', { name: 'Move' }))
    await screen.findByText('“welcome” is in “team” now.')
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
