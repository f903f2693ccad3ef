import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { expectAccessible, show } from '../testing/components'
import { done, fakeApi, refusal } from '../testing/fakeApi'
import { AccountPage } from './AccountPage'

const signIn = (id: string, current: boolean) => ({
  id,
  kind: 'browser',
  label: current ? 'Chrome/140 Linux' : 'Firefox/140 Windows',
  address: '10.0.0.1',
  createdAt: '2026-01-01T00:00:00Z',
  lastSeenAt: '2026-01-01T00:00:00Z',
  expiresAt: '2026-02-01T00:00:00Z',
  current,
})

function showAccount(routes: Parameters<typeof fakeApi>[0] = {}) {
  const calls = fakeApi({
    'GET /me/sign-ins': {
      signIns: [signIn('s2', false), signIn('s1', true), { ...signIn('t', false), kind: 'token' }],
    },
    'GET /me/tokens': { tokens: [] },
    ...routes,
  })
  return { calls, ...show(<AccountPage />, { at: '/account' }) }
}

it('lists browsers, one’s own first, and ends others', async () => {
  const { calls, user } = showAccount({ 'DELETE /me/sign-ins/s2': done })
  await screen.findByText('Firefox on Windows')
  expect(screen.getByRole('list', { name: 'Browsers' }).firstElementChild?.textContent).toContain(
    'This browser',
  )
  await expectAccessible()
  await user.click(screen.getByRole('button', { name: 'Sign out Firefox on Windows' }))
  await waitFor(() => expect(screen.queryByText('Firefox on Windows')).toBeNull())
  expect(calls.some((c) => c.method === 'DELETE' && c.path === '/me/sign-ins/s2')).toBe(true)
})

it('says beside the field that the current password is wrong', async () => {
  const { user } = showAccount({
    'POST /me/password': () => refusal(403, 'forbidden', 'The current password is wrong.'),
  })
  await user.click(screen.getByRole('button', { name: 'Change password' }))
  await user.type(screen.getByLabelText('Current password'), 'wrong')
  await user.type(screen.getByLabelText('New password'), 'seven green bottles')
  await user.type(screen.getByLabelText('New password, once more'), 'seven green bottles')
  await user.click(screen.getByRole('button', { name: 'Change password' }))
  await screen.findByText('The current password is wrong.')
  expect(screen.getByLabelText('Current password').getAttribute('aria-invalid')).toBe('true')
})

it('shows a token’s secret once', async () => {
  const token = { id: 't1', label: 'Cron', createdAt: '', expiresAt: '2026-03-01T00:00:00Z', scope: ['read'] }
  const { calls, user } = showAccount({ 'POST /me/tokens': { ...token, secret: 'quire_abc' } })
  await user.click(screen.getByRole('button', { name: 'New token' }))
  await user.type(screen.getByLabelText('What is it for?'), 'Cron')
  await user.selectOptions(screen.getByLabelText('What may it do?'), 'Read')
  await user.click(screen.getByRole('button', { name: 'Create' }))
  expect((await screen.findByLabelText<HTMLInputElement>('Token')).value).toBe('quire_abc')
  expect(calls.find((c) => c.method === 'POST')?.body).toEqual({ label: 'Cron', scope: ['read'], days: 90 })
  await user.click(screen.getByRole('button', { name: 'Done' }))
  await waitFor(() => expect(screen.queryByDisplayValue('quire_abc')).toBeNull())
})

it('signs out and says so on the sign-in page', async () => {
  const { user } = showAccount({ 'DELETE /session': done })
  await user.click(screen.getByRole('button', { name: 'Sign out' }))
  await waitFor(() => expect(window.location.pathname).toBe('/sign-in'))
})

it('stays when signing out did not work', async () => {
  const { user } = showAccount({ 'DELETE /session': () => refusal(503, 'unavailable', 'Try again shortly.') })
  await user.click(screen.getByRole('button', { name: 'Sign out' }))
  await screen.findByText('Try again shortly.')
  expect(window.location.pathname).toBe('/account')
})
