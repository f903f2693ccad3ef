import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { OwnRequest } from '../../api/sharing'
import { expectAccessible, show } from '../../testing/components'
import { away, type Call, fakeApi, refusal } from '../../testing/fakeApi'
import { AskForm } from './AskForm'

/** A server that keeps what is asked for, and tells nothing else. */
function server(requests: OwnRequest[] = []) {
  const routes: Parameters<typeof fakeApi>[0] = {
    'GET /me/requests': () => ({ requests }),
    'POST /requests': ({ body }: Call) => {
      const {
        node,
        role,
        message = '',
      } = body as { node: string; role: OwnRequest['role']; message?: string }
      requests.unshift({ id: 'r1', node: { id: node }, role, message, askedAt: new Date().toISOString() })
      return {}
    },
  }
  return { routes, calls: fakeApi(routes) }
}

const asked = (change: Partial<OwnRequest>): OwnRequest => ({
  id: 'r0',
  node: { id: 'n1' },
  role: 'reader',
  message: '',
  askedAt: '2026-01-01T00:00:00Z',
  ...change,
})

it('asks with a role and a message, and then says what happens next', async () => {
  const { calls } = server()
  const { user } = show(<AskForm node="n1" />)
  await user.selectOptions(await screen.findByLabelText('I would like to'), 'runner')
  await user.type(screen.getByLabelText('Message to the owners (optional)'), ' For May ')
  await expectAccessible()
  await user.click(screen.getByRole('button', { name: 'Ask for access' }))
  await screen.findByText(/You asked to run it/)
  expect(screen.getByText(/this page opens by itself/)).toBeTruthy()
  expect(calls.find((c) => c.method === 'POST')?.body).toEqual({
    node: 'n1',
    role: 'runner',
    message: 'For May',
  })
  expect(screen.queryByRole('button', { name: 'Ask for access' })).toBeNull()
})

it('says that one has asked already, about this and nothing else', async () => {
  server([asked({ role: 'writer' }), asked({ id: 'r2', node: { id: 'n2' } })])
  const { user } = show(<AskForm node="n1" />)
  await screen.findByText(/You asked to change it/)
  await user.click(screen.getByRole('button', { name: 'Ask anew…' }))
  expect(screen.getByLabelText<HTMLSelectElement>('I would like to').value).toBe('writer')
})

it('offers to ask anew when it was declined', async () => {
  server([asked({ outcome: 'declined', decidedAt: '2026-01-02T00:00:00Z' })])
  show(<AskForm node="n1" />)
  await screen.findByText(/it was declined/)
  expect(screen.getByRole('button', { name: 'Ask for access' })).toBeTruthy()
})

it('says why it could not be asked, and keeps the message', async () => {
  const { routes } = server()
  routes['POST /requests'] = () => refusal(429, 'too_many', 'You have asked very often.')
  const { user } = show(<AskForm node="n1" />)
  await user.type(await screen.findByLabelText('Message to the owners (optional)'), 'Please')
  await user.click(screen.getByRole('button', { name: 'Ask for access' }))
  await screen.findByText('You have asked very often.')
  expect(screen.getByDisplayValue('Please')).toBeTruthy()
})

it('says that the server is away', async () => {
  const { routes } = server()
  const answer = routes['GET /me/requests']
  routes['GET /me/requests'] = away
  const { user } = show(<AskForm node="n1" />)
  await screen.findByText(/cannot be reached/)
  routes['GET /me/requests'] = answer
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await screen.findByLabelText('I would like to')
})
