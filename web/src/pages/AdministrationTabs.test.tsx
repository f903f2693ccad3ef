import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { ana, expectAccessible, show } from '../testing/components'
import { away, type Call, done, fakeApi } from '../testing/fakeApi'
import { PeoplePage } from './PeoplePage'

const cap = {
  id: 7,
  group: { id: 20, name: 'class' },
  node: { id: '0'.repeat(26), name: 'Course' },
  actions: ['read', 'run'],
  reason: 'Exam',
  by: 'ana',
  at: '2026-05-01T10:00:00Z',
}
const preview = {
  gains: [],
  losses: [{ person: { id: 12, kind: 'user', name: 'bob' }, actions: ['write'], notes: 1 }],
  people: { gain: 0, lose: 1 },
  notes: 1,
  outputs: 0,
  files: 0,
  everyone: '',
  truncated: false,
  sentence: '1 person loses access on 1 note.',
}
const groups = ({ query }: Call) => ({
  people: [{ id: 20, kind: 'group', name: 'class' }].filter((p) =>
    p.name.startsWith(query.get('query') ?? ''),
  ),
})

it('shows a cap before it sets it', async () => {
  let caps: unknown[] = []
  const calls = fakeApi({
    'GET /caps': () => ({ caps }),
    'GET /tree': { nodes: [], total: 0 },
    'GET /people': groups,
    'POST /preview': preview,
    'POST /caps': () => {
      caps = [cap]
      return cap
    },
  })
  const { user } = show(<PeoplePage />, { at: '/people?tab=caps' })
  await screen.findByText('No group is limited')
  await user.click(screen.getByRole('button', { name: 'New cap' }))
  await user.type(screen.getByRole('combobox', { name: 'Group' }), 'class,')
  await user.click(screen.getByRole('radio', { name: /Look only/ }))
  await expectAccessible()
  await user.click(screen.getByRole('button', { name: 'See what it does' }))
  await screen.findByText('1 person loses access on 1 note.')
  expect(
    calls.some((c) => c.path === '/caps' && c.method === 'POST'),
    'not set yet',
  ).toBe(false)
  await expectAccessible()
  await user.click(screen.getByRole('button', { name: 'Set the cap' }))
  await screen.findByRole('listitem', { name: 'class: In “Course” and below' })
  expect(calls.find((c) => c.path === '/caps' && c.method === 'POST')?.body).toEqual({
    group: { id: 20 },
    actions: ['read'],
  })
})

it('lifts a cap, and puts it back', async () => {
  let caps = [cap]
  const calls = fakeApi({
    'GET /caps': () => ({ caps }),
    'DELETE /caps/7': () => {
      caps = []
      return done()
    },
    'POST /caps': cap,
  })
  const { user } = show(<PeoplePage />, { at: '/people?tab=caps' })
  await user.click(await screen.findByRole('button', { name: /Lift the cap on class/ }))
  await screen.findByText('No group is limited')
  await user.click(await screen.findByRole('button', { name: 'Undo' }))
  await waitFor(() => expect(calls.at(-1)?.path).toBe('/caps'))
  expect(calls.find((c) => c.method === 'POST')?.body).toEqual({
    group: { id: 20 },
    node: cap.node.id,
    actions: ['read', 'run'],
    reason: 'Exam',
  })
})

it('passes on what nobody owns', async () => {
  const node = {
    id: 'n1',
    name: 'Left',
    kind: 'note',
    path: [],
    trashed: false,
    owners: [{ id: 9, kind: 'user', name: 'gone', disabled: true }],
  }
  let nodes = [node]
  const calls = fakeApi({
    'GET /ownerless': () => ({ nodes, total: nodes.length }),
    'GET /people': { people: [{ id: 12, kind: 'user', name: 'bob' }] },
    'POST /ownerless/n1': () => {
      nodes = []
      return done()
    },
  })
  const { user } = show(<PeoplePage />, { at: '/people?tab=ownerless' })
  await screen.findByText('was owned by gone')
  await user.click(screen.getByRole('button', { name: /Pass on…\s*“Left”/ }))
  await user.type(screen.getByRole('combobox', { name: 'New owner' }), 'bob,')
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Pass on' }))
  await screen.findByText('Everything has an owner')
  expect(calls.find((c) => c.method === 'POST')?.body).toEqual({ principal: { id: 12 } })
})

it('reads the log in pages, by object, person and operation', async () => {
  const entry = (id: number) => ({
    id,
    at: '2026-05-01T10:00:00Z',
    actor: 'ana',
    operation: 'cap.set',
    object: 'class',
    outcome: 'done',
    count: 1,
  })
  const calls = fakeApi({
    'GET /tree': { nodes: [], total: 0 },
    'GET /audit': ({ query }: Call) =>
      query.get('before')
        ? { entries: [entry(1)] }
        : { entries: Array.from({ length: 200 }, (_, i) => entry(201 - i)) },
  })
  const { user } = show(<PeoplePage />, { at: '/people?tab=log' })
  await user.type(await screen.findByLabelText('Person'), 'ana')
  await user.type(screen.getByLabelText('Operation begins with'), 'cap.{Enter}')
  await waitFor(() => expect(calls.at(-1)?.query.toString()).toBe('person=ana&operation=cap.'))
  await user.click(await screen.findByRole('button', { name: 'Show earlier' }))
  await waitFor(() => expect(calls.at(-1)?.query.get('before')).toBe('2'))
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Show earlier' })).toBeNull())
})

it('says so when the server is away', async () => {
  fakeApi({ 'GET /ownerless': away })
  show(<PeoplePage />, { at: '/people?tab=ownerless' })
  await screen.findByText(/The server cannot be reached/)
})

it('sets whether links may let in people without an account', async () => {
  const settings = { newNotes: 'me', linksAnyone: false, ownerRole: 'deans' }
  const calls = fakeApi({
    'GET /settings': settings,
    'PUT /settings': { ...settings, linksAnyone: true },
    'GET /me': ana,
  })
  const { user } = show(<PeoplePage />, { at: '/people?tab=settings' })
  await user.click(await screen.findByLabelText(/Links may let in people without an account/))
  await screen.findByText('The setting is saved.')
  expect(calls.find((c) => c.method === 'PUT')?.body).toEqual({ linksAnyone: true })
  screen.getByText(/“deans” counts as owner of every folder and note/)
})
