import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { ana, expectAccessible, show } from '../testing/components'
import { type Call, fakeApi, refusal } from '../testing/fakeApi'
import { GroupsPage } from './GroupsPage'

const me = { ...ana, admin: false }
const lead = { id: 11, kind: 'user', name: 'ana', leads: true }
const bob = { id: 12, kind: 'user', name: 'bob' }
const mine = { id: 20, name: 'team', description: '', leads: true, direct: true, size: 1, members: [lead] }
const all = { id: 21, name: 'all', description: '', leads: false, direct: false, size: 9 }
const nobody = {
  gains: [],
  losses: [],
  people: { gain: 0, lose: 0 },
  notes: 0,
  outputs: 0,
  files: 0,
  everyone: '',
  truncated: false,
  sentence: 'Nobody gains or loses anything now.',
}
const wide = {
  ...nobody,
  gains: [{ person: { id: 13, kind: 'user', name: 'carl' }, actions: ['read'], notes: 3 }],
  people: { gain: 1, lose: 0 },
  notes: 3,
  sentence: '1 person gains access on 3 notes.',
}

function showGroups(routes: Parameters<typeof fakeApi>[0] = {}) {
  const calls = fakeApi({
    'GET /me/groups': { groups: [mine, all] },
    'GET /people': { people: [bob, { id: 22, kind: 'group', name: 'others' }] },
    'POST /preview': nobody,
    ...routes,
  })
  return { calls, ...show(<GroupsPage />, { me, at: '/groups' }) }
}

it('lets whoever leads a group say who is in it', async () => {
  let team: object = mine
  const { calls, user } = showGroups({
    'GET /me/groups': () => ({ groups: [team, all] }),
    'POST /groups/20/members': () => {
      team = { ...mine, members: [lead, bob], size: 2 }
      return team
    },
  })
  screen.getByText('Loading groups…')
  await user.type(await screen.findByRole('combobox', { name: 'Add members to team' }), 'bob,')
  await user.click(screen.getByRole('button', { name: 'Add' }))
  await within(screen.getByRole('list', { name: 'Members of team' })).findByText('bob')
  expect(calls.find((c) => c.path === '/preview')?.body).toEqual({
    change: { kind: 'group', group: 20, members: ['ana', 'bob'] },
  })
  expect(calls.find((c) => c.path === '/groups/20/members')?.body).toEqual({ names: ['bob'] })
  screen.getByText('9 members · you are in it through another group')
  await expectAccessible()
})

it('shows first what reaches further than the names', async () => {
  const { calls, user } = showGroups({
    'POST /preview': wide,
    'POST /groups/20/members': { ...mine, members: [lead, { id: 22, kind: 'group', name: 'others' }] },
  })
  await user.type(await screen.findByRole('combobox', { name: 'Add members to team' }), 'others,')
  await user.click(screen.getByRole('button', { name: 'Add' }))
  const dialog = await screen.findByRole('dialog', { name: 'Add to “team”?' })
  within(dialog).getByText('1 person gains access on 3 notes.')
  within(dialog).getByText('carl')
  expect(
    calls.some((c) => c.path === '/groups/20/members'),
    'not yet',
  ).toBe(false)
  await expectAccessible()
  await user.click(within(dialog).getByRole('button', { name: 'Add' }))
  await waitFor(() => expect(calls.some((c) => c.path === '/groups/20/members')).toBe(true))
})

it('tells a circle in words', async () => {
  const { user } = showGroups({
    'POST /preview': () => refusal(400, 'invalid', 'A group cannot be in itself: others > team > others.'),
  })
  await user.type(await screen.findByRole('combobox', { name: 'Add members to team' }), 'others,')
  await user.click(screen.getByRole('button', { name: 'Add' }))
  await screen.findByText('A group cannot be in itself: others > team > others.')
})

it('tells of a pasted list what is unknown before it is saved', async () => {
  const { calls, user } = showGroups({
    'POST /preview': ({ body }: Call) =>
      JSON.stringify(body).includes('zed')
        ? refusal(400, 'invalid', 'Unknown: zed.', { unknown: ['zed'] })
        : wide,
    'POST /groups/20/members': { ...mine, members: [lead, bob], added: 1, repeated: [], already: ['ana'] },
  })
  await user.click(await screen.findByRole('button', { name: /Paste a list…\s*into team/ }))
  const names = screen.getByRole('textbox', { name: 'Names' })
  await user.click(names)
  await user.paste('bob\nzed\nAna\nbob')
  await screen.findByText(/Nobody is called zed/)
  screen.getByText('3 names: 1 found, 1 already in the group, 1 repeated, 1 unknown.')
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Add 2' }).disabled).toBe(true)
  await user.clear(names)
  await user.paste('bob, ana')
  await screen.findByText('1 person gains access on 3 notes.')
  await expectAccessible()
  await user.click(screen.getByRole('button', { name: 'Add 1' }))
  await screen.findByText('1 new member in “team”.')
  expect(calls.find((c) => c.path === '/groups/20/members')?.body).toEqual({ names: ['bob', 'ana'] })
})

it('says what groups are to those who are in none', async () => {
  showGroups({ 'GET /me/groups': { groups: [] } })
  await screen.findByText('You are in no group')
})
