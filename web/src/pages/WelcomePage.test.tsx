import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { ana, show } from '../testing/components'
import { away, fakeApi, refusal } from '../testing/fakeApi'
import { WelcomePage } from './WelcomePage'

it('says for whom the link is, and takes a password', async () => {
  const calls = fakeApi({
    'POST /session/link/check': { purpose: 'invite', name: 'rita' },
    'POST /session/link': ana,
  })
  const { user } = show(<WelcomePage />, { me: null, at: '/welcome#s3cret' })
  await screen.findByRole('heading', { name: 'Welcome, rita' })
  expect(window.location.hash).toBe('')
  await user.type(screen.getByLabelText('New password'), 'seven green bottles')
  await user.type(screen.getByLabelText('New password, once more'), 'seven green bottles')
  await user.click(screen.getByRole('button', { name: 'Start' }))
  await waitFor(() => expect(window.location.pathname).toBe('/'))
  expect(calls.at(-1)?.body).toEqual({ secret: 's3cret', password: 'seven green bottles' })
})

it('says that a reset signs out other browsers', async () => {
  fakeApi({ 'POST /session/link/check': { purpose: 'reset', name: 'rita' } })
  show(<WelcomePage />, { me: null, at: '/welcome#s3cret' })
  await screen.findByRole('heading', { name: 'Choose a new password' })
  screen.getByText(/other browsers will be signed out/)
})

it('says that a link does not work', async () => {
  fakeApi({ 'POST /session/link/check': () => refusal(404, 'not_found', 'This link does not work.') })
  show(<WelcomePage />, { me: null, at: '/welcome#old' })
  await screen.findByRole('heading', { name: 'This link does not work' })
})

it('does not call a link dead because the server is away', async () => {
  const routes: Parameters<typeof fakeApi>[0] = { 'POST /session/link/check': away }
  fakeApi(routes)
  const { user } = show(<WelcomePage />, { me: null, at: '/welcome#s3cret' })
  await screen.findByText(/cannot be reached/)
  routes['POST /session/link/check'] = { purpose: 'invite', name: 'rita' }
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await screen.findByRole('heading', { name: 'Welcome, rita' })
})
