import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { ana, expectAccessible, show } from '../testing/components'
import { fakeApi, refusal } from '../testing/fakeApi'
import { SetupPage } from './SetupPage'

const needed = { 'GET /setup': { needed: true } }
const wrong = () => screen.findByRole('heading', { name: 'This link does not work' })

async function fill(user: ReturnType<typeof show>['user'], second = 'seven green bottles') {
  await user.type(await screen.findByLabelText('Your name'), 'ana')
  await user.type(screen.getByLabelText('Password'), 'seven green bottles')
  await user.type(screen.getByLabelText('Password, once more'), second)
  await user.click(screen.getByLabelText(/Only the person who makes them/))
  await user.click(screen.getByRole('button', { name: 'Set up' }))
}

it('takes the secret out of the address, and sends it with the answers', async () => {
  const calls = fakeApi({ ...needed, 'POST /setup': ana })
  const { user } = show(<SetupPage />, { me: null, at: '/setup#s3cret' })
  await waitFor(() => expect(window.location.hash).toBe(''))
  await screen.findByLabelText('Your name')
  await expectAccessible()
  await fill(user)
  await waitFor(() => expect(window.location.pathname).toBe('/'))
  expect(calls.at(-1)?.body).toEqual({
    secret: 's3cret',
    name: 'ana',
    password: 'seven green bottles',
    newNotes: 'me',
  })
})

it('sends nothing while the passwords differ', async () => {
  const calls = fakeApi({ ...needed, 'POST /setup': ana })
  const { user } = show(<SetupPage />, { me: null, at: '/setup#s3cret' })
  await fill(user, 'seven green battles')
  expect(screen.getByRole('alert').textContent).toBe('The two passwords are not the same.')
  expect(calls.some((c) => c.method === 'POST')).toBe(false)
})

it('says how to get another link when this one is used up', async () => {
  fakeApi({ ...needed, 'POST /setup': () => refusal(404, 'not_found', 'This link does not work.') })
  const { user } = show(<SetupPage />, { me: null, at: '/setup#old' })
  await fill(user)
  await wrong()
  screen.getByText(/Restart the server/)
})

it('says so when there is no secret', async () => {
  fakeApi(needed)
  show(<SetupPage />, { me: null, at: '/setup' })
  await wrong()
})

it('shows the way to sign in when there is an administrator', async () => {
  fakeApi({ 'GET /setup': { needed: false } })
  show(<SetupPage />, { me: null, at: '/setup#s3cret' })
  await screen.findByRole('link', { name: 'Sign in' })
})

it('says what the server refuses', async () => {
  fakeApi({ ...needed, 'POST /setup': () => refusal(400, 'invalid', 'The name “ana” is reserved.') })
  const { user } = show(<SetupPage />, { me: null, at: '/setup#s3cret' })
  await fill(user)
  await screen.findByText('The name “ana” is reserved.')
})
