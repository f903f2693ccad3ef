import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { AccessRequest } from '../api/sharing'
import { ana, expectAccessible, show } from '../testing/components'
import { away, type Call, fakeApi, refusal } from '../testing/fakeApi'
import { RequestsPage } from './RequestsPage'

const request: AccessRequest = {
  id: 'r1',
  node: { id: 'n1', name: 'Payroll', path: [{ id: 'f1', name: 'Finance' }] },
  person: { id: 15, kind: 'user', name: 'eve' },
  role: 'runner',
  message: 'For the audit',
  askedAt: '2026-01-01T00:00:00Z',
}

function shown(routes: Parameters<typeof fakeApi>[0] = {}) {
  let waiting = [request]
  const answers: Parameters<typeof fakeApi>[0] = {
    'GET /requests': () => ({ requests: waiting }),
    'GET /me/requests': { requests: [] },
    'GET /me': ana,
    'POST /nodes/n1/requests/r1': ({ body }: Call) => {
      waiting = []
      return { ...request, ...(body as object) }
    },
    ...routes,
  }
  const calls = fakeApi(answers)
  const answered = () => calls.find((c) => c.method === 'POST')?.body
  return { ...show(<RequestsPage />), answers, calls, answered }
}

const row = () => screen.findByRole('listitem', { name: 'eve, “Payroll” asks for access' })

it('shows who asks for what and why, without faults for screen readers', async () => {
  shown()
  const item = within(await row())
  expect(item.getByText('For the audit')).toBeTruthy()
  expect(item.getByText(/asks to run/).textContent).toContain('Finance / Payroll')
  expect(item.getByLabelText<HTMLSelectElement>(/^Role for/).value).toBe('runner')
  await expectAccessible()
})

it('grants another role until the end of a day', async () => {
  const { user, answered } = shown()
  const item = within(await row())
  await user.selectOptions(item.getByLabelText(/^Role for/), 'reader')
  await user.type(item.getByLabelText('Until (optional)'), '2099-05-31')
  await user.click(item.getByRole('button', { name: /^Grant/ }))
  await screen.findByText('Nobody waits for your answer')
  const endsAt = new Date(2099, 4, 31, 23, 59, 59, 999).toISOString()
  expect(answered()).toEqual({ outcome: 'granted', role: 'reader', endsAt })
  expect(screen.getByText('eve can read “Payroll”.')).toBeTruthy()
})

it('declines, and asks anew how many wait', async () => {
  const { user, answered, calls } = shown()
  await user.click(within(await row()).getByRole('button', { name: /^Decline/ }))
  await screen.findByText('Nobody waits for your answer')
  expect(answered()).toEqual({ outcome: 'declined' })
  await waitFor(() => expect(calls.some((c) => c.path === '/me')).toBe(true))
})

it('says that somebody else was faster', async () => {
  const { user, answers } = shown({
    'POST /nodes/n1/requests/r1': () => refusal(404, 'not_found', 'There is no such request.'),
  })
  const button = within(await row()).getByRole('button', { name: /^Grant/ })
  answers['GET /requests'] = { requests: [] }
  await user.click(button)
  await screen.findByText('This request was answered or asked anew meanwhile.')
  await screen.findByText('Nobody waits for your answer')
})

it('says why it could not be granted, and leaves the request', async () => {
  const { user } = shown({
    'POST /nodes/n1/requests/r1': () => refusal(409, 'conflict', 'You may not give more than you have.'),
  })
  await user.click(within(await row()).getByRole('button', { name: /^Grant/ }))
  await screen.findByText('You may not give more than you have.')
  await row()
})

it('shows what one asked for oneself, without names one may not read', async () => {
  const { id, role, askedAt } = request
  const own = { id, node: { id: 'n9' }, role, message: '', askedAt }
  shown({ 'GET /requests': { requests: [] }, 'GET /me/requests': { requests: [own] } })
  const list = await screen.findByRole('list', { name: 'What you asked for' })
  expect(within(list).getByRole('link', { name: 'Something you may not read' })).toBeTruthy()
  expect(within(list).getByText('waits')).toBeTruthy()
})

it('says that the server is away', async () => {
  shown({ 'GET /requests': away, 'GET /me/requests': away })
  await screen.findByText('Quire cannot be reached')
})
