import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it } from 'vitest'
import { ana, expectAccessible, show } from '../testing/components'
import { away, fakeApi, refusal } from '../testing/fakeApi'
import { OpenLinkPage } from './OpenLinkPage'

const note = { node: { id: 'n1', name: 'Plan', kind: 'note' } }
const nobody = () => refusal(401, 'unauthenticated', 'Sign in first.')
const gone = () => refusal(404, 'not_found', 'There is no such link.')
const opened = (routes: Parameters<typeof fakeApi>[0], at = '/l#s3cret') => {
  const calls = fakeApi(routes)
  return { calls, ...show(<OpenLinkPage />, { me: null, at }) }
}

beforeEach(() => sessionStorage.clear())

it('opens it for who is signed in, and forgets the secret', async () => {
  const { calls } = opened({ 'GET /me': ana, 'POST /links/open': note })
  await waitFor(() => expect(window.location.pathname).toBe('/n/n1'))
  expect(calls.find((c) => c.path === '/links/open')?.body).toEqual({ secret: 's3cret' })
  expect(sessionStorage.length).toBe(0)
})

it('takes the secret out of the address, and keeps it for this tab while one signs in', async () => {
  const { user } = opened({ 'GET /me': nobody })
  await user.click(await screen.findByRole('button', { name: 'Sign in and open it' }))
  expect(window.location.pathname + window.location.search).toBe('/sign-in?next=/l')
  expect(window.location.href).not.toContain('s3cret')
  expect(sessionStorage.getItem('quire:link')).toBe('s3cret')
})

it('is opened after signing in', async () => {
  sessionStorage.setItem('quire:link', 's3cret')
  const { calls } = opened({ 'GET /me': ana, 'POST /links/open': note }, '/l')
  await waitFor(() => expect(window.location.pathname).toBe('/n/n1'))
  expect(calls.some((c) => c.path === '/links/open')).toBe(true)
})

it('lets a guest in where the link does', async () => {
  const { user, calls } = opened({ 'GET /me': nobody, 'POST /session/guest': note })
  await screen.findByRole('button', { name: 'Open without an account' })
  await expectAccessible()
  await user.click(screen.getByRole('button', { name: 'Open without an account' }))
  await waitFor(() => expect(window.location.pathname).toBe('/n/n1'))
  expect(calls.some((c) => c.path === '/links/open')).toBe(false)
  expect(sessionStorage.length).toBe(0)
})

it('does not take a guest for somebody with an account', async () => {
  opened({ 'GET /me': { ...ana, guest: true } })
  await screen.findByRole('button', { name: 'Sign in and open it' })
})

it('says that a link does not open without an account, and still offers signing in', async () => {
  const { user } = opened({ 'GET /me': nobody, 'POST /session/guest': gone })
  await user.click(await screen.findByRole('button', { name: 'Open without an account' }))
  await screen.findByText(/Without an account it does not open/)
  expect(screen.getByRole('button', { name: 'Sign in and open it' })).toBeTruthy()
  expect(sessionStorage.getItem('quire:link'), 'it is still to be opened').toBe('s3cret')
})

it('says that a link does not work, and forgets it', async () => {
  opened({ 'GET /me': ana, 'POST /links/open': gone })
  await screen.findByRole('heading', { name: 'This link does not work' })
  await waitFor(() => expect(sessionStorage.length).toBe(0))
  await expectAccessible()
})

it('says so too without any secret', async () => {
  opened({}, '/l')
  await screen.findByRole('heading', { name: 'This link does not work' })
})

it('tries again when the server was away', async () => {
  const routes: Parameters<typeof fakeApi>[0] = { 'GET /me': ana, 'POST /links/open': away }
  const { user } = opened(routes)
  await screen.findByRole('heading', { name: 'The link could not be opened' })
  routes['POST /links/open'] = note
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(window.location.pathname).toBe('/n/n1'))
})
