import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { expectAccessible, show } from '../testing/components'
import { type Call, done, fakeApi, refusal } from '../testing/fakeApi'
import { TrashPage } from './TrashPage'

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
    'POST /nodes/n1/restore': ({ body }: Call) =>
      (body as { name?: string }).name ? { ...draft, allowed: [] } : refusal(409, 'conflict', 'Taken.'),
  })
  await user.click(await screen.findByRole('button', { name: 'Restore Draft' }))
  const dialog = await screen.findByRole('dialog')
  await expectAccessible()
  await user.click(within(dialog).getByRole('button', { name: 'Restore' }))
  await screen.findByText('“Draft” is back.')
  expect(calls.filter((c) => c.method === 'POST').map((c) => c.body)).toEqual([
    {},
    { name: 'Draft (restored)' },
  ])
})

it('says when it is empty', async () => {
  showTrash({ 'GET /trash': { nodes: [] } })
  await screen.findByText('The trash is empty')
})
