import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { Preview } from '../api/sharing'
import { ana, expectAccessible, show } from '../testing/components'
import { type Call, done, fakeApi, refusal } from '../testing/fakeApi'
import { TrashPage } from './TrashPage'

const gaining = (...names: string[]): Preview => ({
  gains: names.map((name, i) => ({
    person: { id: ana.id + i, kind: 'user', name },
    actions: i === 0 ? ['run', 'write'] : ['read'],
    notes: 1,
  })),
  losses: [],
  people: { gain: names.length, lose: 0 },
  notes: 1,
  outputs: 0,
  files: 0,
  everyone: '',
  truncated: false,
  sentence: '',
})
const draft = {
  id: 'n1',
  kind: 'note',
  name: 'Draft',
  path: [{ id: 'f1', name: 'Team' }],
  trashedAt: '2026-01-01T00:00:00Z',
  trashedBy: 'bob',
}

function showTrash(routes: Parameters<typeof fakeApi>[0] = {}) {
  const calls = fakeApi({ 'GET /trash': { nodes: [draft] }, 'GET /tree': { nodes: [] }, ...routes })
  return { calls, ...show(<TrashPage />) }
}

it('deletes for good only after saying that it cannot be undone', async () => {
  const { calls, user } = showTrash({ 'DELETE /nodes/n1': done })
  await user.click(await screen.findByRole('button', { name: 'Delete Draft for good' }))
  const dialog = await screen.findByRole('dialog')
  within(dialog).getByText(/This cannot be undone/)
  expect(calls.some((c) => c.method === 'DELETE')).toBe(false)
  await user.click(within(dialog).getByRole('button', { name: 'Delete for good' }))
  await waitFor(() => expect(calls.some((c) => c.method === 'DELETE')).toBe(true))
})

it('asks for another name when the old one is taken', async () => {
  const { calls, user } = showTrash({
    'POST /preview': ({ body }: Call) =>
      JSON.stringify(body).includes('(restored)') ? gaining('ana') : refusal(409, 'conflict', 'Taken.'),
    'POST /nodes/n1/restore': { ...draft, allowed: [] },
  })
  await user.click(await screen.findByRole('button', { name: 'Restore Draft' }))
  const dialog = await screen.findByRole('dialog')
  await expectAccessible()
  await user.click(within(dialog).getByRole('button', { name: 'Restore' }))
  await screen.findByText('“Draft (restored)” is back.')
  expect(calls.filter((c) => c.method === 'POST').map((c) => c.body)).toEqual([
    { change: { kind: 'restore', node: 'n1' } },
    { change: { kind: 'restore', node: 'n1', name: 'Draft (restored)' } },
    { name: 'Draft (restored)' },
  ])
})

it('restores at once what only oneself had', async () => {
  const { user } = showTrash({
    'POST /preview': gaining('ana'),
    'POST /nodes/n1/restore': { ...draft, allowed: [] },
  })
  await user.click(await screen.findByRole('button', { name: 'Restore Draft' }))
  await screen.findByText('“Draft” is back.')
})

it('says who gets it back before it restores what others had', async () => {
  const { calls, user } = showTrash({
    'POST /preview': gaining('ana', 'bob'),
    'POST /nodes/n1/restore': { ...draft, allowed: [] },
  })
  await user.click(await screen.findByRole('button', { name: 'Restore Draft' }))
  const dialog = await screen.findByRole('dialog', { name: 'Restore “Draft”?' })
  within(within(dialog).getByRole('region', { name: 'Gain access' })).getByText('bob')
  await expectAccessible()
  expect(calls.some((c) => c.path === '/nodes/n1/restore')).toBe(false)
  await user.click(within(dialog).getByRole('button', { name: 'Restore' }))
  await screen.findByText('“Draft” is back.')
})

it('says when it is empty', async () => {
  showTrash({ 'GET /trash': { nodes: [] } })
  await screen.findByText('The trash is empty')
})
