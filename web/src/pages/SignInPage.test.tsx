import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { ana, expectAccessible, show } from '../testing/components'
import { away, fakeApi, refusal } from '../testing/fakeApi'
import { SignInPage } from './SignInPage'

const nobody = { 'GET /me': () => refusal(401, 'unauthenticated', 'Sign in first.') }
const ready = { ...nobody, 'GET /setup': { needed: false } }

async function signIn(routes: Parameters<typeof fakeApi>[0], at = '/sign-in?next=%2Fn%2Fsome-note') {
  const calls = fakeApi({ ...ready, ...routes })
  const { user } = show(<SignInPage />, { me: null, at })
  await user.type(screen.getByLabelText('Name'), ' ana ')
  await user.type(screen.getByLabelText('Password'), 'seven green bottles')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  return { calls, user }
}

it('goes back to what one came for', async () => {
  const { calls } = await signIn({ 'POST /session': ana })
  await waitFor(() => expect(window.location.pathname).toBe('/n/some-note'))
  const sent = calls.find((c) => c.method === 'POST')
  expect(sent?.body).toEqual({ name: 'ana', password: 'seven green bottles' })
})

it('never goes to another site', async () => {
  await signIn({ 'POST /session': ana }, '/sign-in?next=%2F%09%2Fevil.org')
  await waitFor(() => expect(window.location.href).toBe(`${window.location.origin}/`))
})

it('says what is wrong beside the password, and selects it', async () => {
  await signIn({
    'POST /session': () => refusal(401, 'unauthenticated', 'The name or the password is wrong.'),
  })
  const field = await screen.findByLabelText('Password')
  await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'))
  expect(screen.getByRole('alert').textContent).toBe('The name or the password is wrong.')
  expect(document.activeElement).toBe(field)
  await expectAccessible()
})

it('says when to wait, and keeps what was typed', async () => {
  await signIn({ 'POST /session': () => refusal(429, 'too_many', 'Wait a minute and try again.') })
  await screen.findByText('Wait a minute and try again.')
  expect(screen.getByLabelText<HTMLInputElement>('Password').value).toBe('seven green bottles')
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Sign in' }).disabled).toBe(false)
})

it('says that the server is away', async () => {
  await signIn({ 'POST /session': away })
  await screen.findByText(/cannot be reached/)
})

it('tells of the set-up link while nobody has an account', async () => {
  fakeApi({ ...nobody, 'GET /setup': { needed: true } })
  show(<SignInPage />, { me: null, at: '/sign-in' })
  await screen.findByRole('heading', { name: 'Quire is not set up yet' })
})

it('needs nothing from somebody who is signed in', async () => {
  fakeApi({ 'GET /setup': { needed: false }, 'GET /me': ana })
  show(<SignInPage />, { me: null, at: '/sign-in?next=%2Fpeople' })
  await waitFor(() => expect(window.location.pathname).toBe('/people'))
})
