import { screen, waitFor } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import type { Node } from '../api/types'
import { expectAccessible, show } from '../testing/components'
import { fakeApi, refusal } from '../testing/fakeApi'
import { FolderKernelsDialog } from './FolderKernelsDialog'

const folder: Node = {
  id: 'f1',
  kind: 'folder',
  name: 'Class',
  allowed: ['read', 'manage'],
  shared: 'me',
  changedAt: '2026-01-01T00:00:00Z',
}

function showDialog(routes: Parameters<typeof fakeApi>[0]) {
  const calls = fakeApi({ 'GET /nodes/f1': { ...folder, kernels: 'together' }, ...routes })
  const onClose = vi.fn()
  return { calls, onClose, ...show(<FolderKernelsDialog node={folder} onClose={onClose} />) }
}

const chosen = () => screen.getAllByRole<HTMLInputElement>('radio').find((r) => r.checked)?.value
const modes = () => screen.findByRole('group', { name: 'Who shares a kernel here?' })

it('shows what holds in the folder, and saves another answer at once', async () => {
  const { user, calls, onClose } = showDialog({ 'PATCH /nodes/f1': { ...folder, kernels: 'own' } })
  await modes()
  expect(chosen()).toBe('together')
  await expectAccessible()
  await user.click(screen.getByRole('radio', { name: /^Each their own/ }))
  expect(chosen()).toBe('own')
  await waitFor(() => expect(calls.find((c) => c.method === 'PATCH')?.body).toEqual({ kernels: 'own' }))
  await user.click(screen.getByRole('button', { name: 'Done' }))
  expect(onClose).toHaveBeenCalled()
})

it('leaves it to the folder above where none says it', async () => {
  showDialog({ 'GET /nodes/f1': folder })
  await modes()
  expect(chosen()).toBe('')
})

it('goes back to what holds when another answer is refused', async () => {
  const { user } = showDialog({
    'PATCH /nodes/f1': () => refusal(403, 'forbidden', 'You do not own it any more.'),
  })
  await modes()
  await user.click(screen.getByRole('radio', { name: /^Each their own/ }))
  await screen.findByText('You do not own it any more.')
  await waitFor(() => expect(chosen()).toBe('together'))
})

it('says why it cannot be had, and asks again', async () => {
  let away = true
  const { user } = showDialog({
    'GET /nodes/f1': () => (away ? refusal(503, 'unavailable', 'Later.') : folder),
  })
  await screen.findByText('Later.')
  away = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await modes()
})
