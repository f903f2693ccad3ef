import { screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { Group, User } from '../api/types'
import { ana, expectAccessible, show } from '../testing/components'
import { type Call, fakeApi, refusal } from '../testing/fakeApi'
import { PeoplePage } from './PeoplePage'

const user = (id: number, name: string, more: Partial<User> = {}): User => ({
  id,
  name,
  displayName: '',
  admin: false,
  disabled: false,
  invited: false,
  createdAt: '2026-01-01T00:00:00Z',
  groups: [],
  ...more,
})
const link = {
  url: 'https://quire.test/welcome#s3cret',
  expiresAt: '2026-01-04T00:00:00Z',
  purpose: 'invite',
}
const team: Group = {
  id: 20,
  name: 'team',
  description: '',
  members: [{ id: 11, kind: 'user', name: 'ana' }],
}
const search = ({ query }: Call) => ({
  people: [
    { id: 12, kind: 'user', name: 'bob' },
    { id: 20, kind: 'group', name: 'team' },
  ].filter((p) => p.name.startsWith(query.get('query') ?? '')),
})

function showPeople(routes: Parameters<typeof fakeApi>[0] = {}, at = '/people') {
  const calls = fakeApi({
    'GET /users': { users: [user(11, 'ana', { admin: true }), user(12, 'bob')], more: false },
    'GET /groups': { groups: [team] },
    'GET /people': search,
    ...routes,
  })
  return { calls, ...show(<PeoplePage />, { at }) }
}

describe('users', () => {
  it('are added with their groups, and the link is shown', async () => {
    const { calls, user: person } = showPeople({ 'POST /users': { user: user(13, 'rita'), link } })
    await person.click(await screen.findByRole('button', { name: 'Add a person' }))
    await person.type(screen.getByLabelText('Name'), 'rita')
    await person.type(screen.getByRole('combobox', { name: 'Groups (optional)' }), 'team')
    await person.click(screen.getByRole('button', { name: 'Add and get a link' }))
    expect((await screen.findByLabelText<HTMLInputElement>('Link')).value).toBe(link.url)
    expect(calls.find((c) => c.method === 'POST')?.body).toEqual({
      name: 'rita',
      admin: false,
      groups: ['team'],
    })
    await expectAccessible()
  })

  it('are added from a list, once no name in it is taken, and their links are shown', async () => {
    const { calls, user: person } = showPeople({
      'GET /users': ({ query }: Call) => ({
        users: [user(12, 'bob', { disabled: true })].filter((u) =>
          u.name.startsWith(query.get('query') ?? ''),
        ),
        more: false,
      }),
      'POST /users': ({ body }: Call) =>
        (body as User).name === 'rita'
          ? { user: user(13, 'rita'), link }
          : refusal(400, 'invalid', 'That cannot be a name.'),
    })
    await person.click(await screen.findByRole('button', { name: 'Paste a list…' }))
    const names = screen.getByRole('textbox', { name: 'Names' })
    await person.click(names)
    await person.paste('rita\tRita Ray\nbob\nteam\na/b\nRITA')
    await screen.findByText('4 names: 1 free, 2 taken, 1 not possible, 1 repeated.')
    screen.getByText('Somebody or a group is called bob, team already.')
    screen.getByText(/^Nobody can be called a\/b:/)
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Add 4 and get links' }).disabled).toBe(true)
    expect(calls.some((c) => c.method === 'POST')).toBe(false)

    await person.clear(names)
    await person.paste('rita\tRita Ray\n¡zed')
    await screen.findByText('2 names: 2 free.')
    await person.type(screen.getByRole('combobox', { name: /^Groups for all/ }), 'team')
    await expectAccessible()
    await person.click(screen.getByRole('button', { name: 'Add 2 and get links' }))
    const links = await screen.findByLabelText<HTMLTextAreaElement>('Invitations')
    expect(links.value).toBe(`rita\t${link.url}`)
    screen.getByText('¡zed: That cannot be a name.')
    expect(calls.filter((c) => c.method === 'POST').map((c) => c.body)).toEqual([
      { name: 'rita', displayName: 'Rita Ray', admin: false, groups: ['team'] },
      { name: '¡zed', admin: false, groups: ['team'] },
    ])
    await expectAccessible()
  })

  it('are not added from a list when the server is away, and those left are said', async () => {
    const { calls, user: person } = showPeople({ 'POST /users': () => refusal(503, 'unavailable', 'Later.') })
    await person.click(await screen.findByRole('button', { name: 'Paste a list…' }))
    await person.click(screen.getByRole('textbox', { name: 'Names' }))
    await person.paste('rita, zoe')
    await screen.findByText('2 names: 2 free.')
    await person.click(screen.getByRole('button', { name: 'Add 2 and get links' }))
    await screen.findByText('2 were not added:')
    screen.getByText('zoe: Later.')
    expect(calls.filter((c) => c.method === 'POST')).toHaveLength(1)
  })

  it('are no groups', async () => {
    const { calls, user: person } = showPeople()
    await person.click(await screen.findByRole('button', { name: 'Add a person' }))
    await person.type(screen.getByRole('combobox', { name: 'Groups (optional)' }), 'bob,')
    await screen.findByText(/Unknown here: bob\./)
    await person.type(screen.getByLabelText('Name'), 'rita')
    await person.click(screen.getByRole('button', { name: 'Add and get a link' }))
    await screen.findByText(/Some names above are not known/)
    expect(calls.some((c) => c.method === 'POST')).toBe(false)
  })

  it('are disabled after the consequences were said', async () => {
    const { calls, user: person } = showPeople({ 'PATCH /users/12': user(12, 'bob', { disabled: true }) })
    await person.click(await screen.findByRole('button', { name: 'Actions for bob' }))
    await person.click(await screen.findByRole('menuitem', { name: 'Disable…' }))
    const dialog = await screen.findByRole('dialog')
    within(dialog).getByText(/signed out at once/)
    await person.click(within(dialog).getByRole('button', { name: 'Disable' }))
    await screen.findByText('Disabled')
    expect(calls.find((c) => c.method === 'PATCH')?.body).toEqual({ disabled: true })
  })

  it('say why the last administrator stays one', async () => {
    const { user: person } = showPeople({
      'PATCH /users/11': () => refusal(409, 'conflict', 'This is the last administrator who can sign in.'),
    })
    await person.click(await screen.findByRole('button', { name: 'Actions for ana' }))
    await person.click(await screen.findByRole('menuitem', { name: 'Take administration away' }))
    await screen.findByText('This is the last administrator who can sign in.')
  })
})

it('sets who sees new notes', async () => {
  const { calls, user: person } = showPeople(
    {
      'GET /settings': { newNotes: 'everyone' },
      'PUT /settings': ({ body }: Call) => body,
      'GET /me': { ...ana, newNotes: 'me' },
    },
    '/people?tab=settings',
  )
  await person.click(await screen.findByLabelText(/Only the person who makes them/))
  await screen.findByText('The setting is saved.')
  expect(calls.find((c) => c.method === 'PUT')?.body).toEqual({ newNotes: 'me' })
})

it('is for administrators', () => {
  fakeApi({})
  show(<PeoplePage />, { me: { ...ana, admin: false }, at: '/people' })
  screen.getByText('There is nothing here that you may read')
})
