import { screen, waitFor, within } from '@testing-library/react'
import { useState } from 'react'
import { describe, expect, it } from 'vitest'
import type { Grants, GrantsChange, Principal } from '../api/types'
import { expectAccessible, show } from '../testing/components'
import { type Call, fakeApi, refusal } from '../testing/fakeApi'
import { ShareDialog } from './ShareDialog'

const user = (id: number, name: string): Principal => ({ id, kind: 'user', name })
const people = [user(11, 'ana'), user(12, 'bob'), user(13, 'rita'), { id: 20, kind: 'group', name: 'team' }]
const at = '2026-01-01T00:00:00Z'

const first: Grants = {
  version: 4,
  inherits: true,
  grants: [
    { principal: user(11, 'ana'), role: 'owner', at },
    { principal: user(12, 'bob'), role: 'reader', at },
  ],
  inherited: [{ principal: user(14, 'vera'), role: 'reader', at, from: { id: 'f1', name: 'Q3' } }],
  allowed: ['read', 'run', 'write', 'manage'],
}

const search = ({ query }: Call) => ({
  people: people.filter((p) => p.name.startsWith(query.get('query') ?? '')),
})

function Lock() {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        lock
      </button>
      <ShareDialog node="n1" name="Churn" open={open} onOpenChange={setOpen} />
    </>
  )
}

async function openLock(routes: Parameters<typeof fakeApi>[0] = {}) {
  const calls = fakeApi({
    'GET /nodes/n1/grants': first,
    'PUT /nodes/n1/grants': first,
    'GET /people': search,
    'GET /tree': { nodes: [] },
    ...routes,
  })
  const shown = show(<Lock />)
  await shown.user.click(screen.getByText('lock'))
  await screen.findByRole('dialog')
  const saved = () => calls.filter((c) => c.method === 'PUT').map((c) => c.body as GrantsChange)
  return { ...shown, calls, saved }
}

const field = () => screen.getByRole('combobox', { name: 'Add people or groups' })
const saveButton = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Save' })

describe('the lock', () => {
  it('shows who has access and by what, without faults for screen readers', async () => {
    await openLock()
    expect(within(screen.getByRole('region', { name: 'Owners' })).getByText('(you)')).toBeTruthy()
    expect(within(screen.getByRole('region', { name: 'Readers' })).getByText('bob')).toBeTruthy()
    expect(screen.getByText('Can read, from folder “Q3”')).toBeTruthy()
    expect(screen.getByText('Shared with 2')).toBeTruthy()
    expect(document.activeElement).toBe(field())
    expect(saveButton().disabled).toBe(true)
    await expectAccessible()
  })

  it('saves changed roles against the version it was opened with', async () => {
    const { user, saved } = await openLock()
    await user.selectOptions(screen.getByLabelText('Role of bob'), 'writer')
    await user.click(saveButton())
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(saved()).toEqual([
      {
        version: 4,
        inherits: true,
        grants: [
          { principal: { id: 11 }, role: 'owner' },
          { principal: { id: 12 }, role: 'writer' },
        ],
      },
    ])
    await waitFor(() => expect(document.activeElement).toBe(screen.getByText('lock')))
  })

  it('adds who was suggested, by keyboard alone', async () => {
    const { user, saved } = await openLock()
    await user.keyboard('ri')
    await screen.findByRole('option', { name: 'rita' })
    await user.keyboard('{ArrowDown}{Enter}')
    await user.selectOptions(screen.getByLabelText('They'), 'runner')
    await user.click(saveButton())
    await waitFor(() => expect(saved()[0]?.grants).toContainEqual({ principal: { id: 13 }, role: 'runner' }))
  })

  it('waits for a name that was typed just before saving', async () => {
    const { user, saved } = await openLock()
    await user.keyboard('rita')
    await user.click(saveButton())
    await waitFor(() => expect(saved()[0]?.grants).toContainEqual({ principal: { id: 13 }, role: 'reader' }))
  })

  it('takes a pasted list, names the unknown ones and does not save them', async () => {
    const { user, saved } = await openLock()
    await user.click(field())
    await user.paste('rita; nobody\nteam, zed')
    await screen.findByText(/Unknown here: nobody, zed\./)
    await user.click(saveButton())
    expect(screen.getByText(/Some names above are not known/)).toBeTruthy()
    expect(saved()).toEqual([])
    await user.click(screen.getByRole('button', { name: 'Remove nobody from the field' }))
    await user.click(screen.getByRole('button', { name: 'Remove zed from the field' }))
    await user.click(saveButton())
    await waitFor(() =>
      expect(saved()[0]?.grants.slice(2)).toEqual([
        { principal: { id: 13 }, role: 'reader' },
        { principal: { id: 20 }, role: 'reader' },
      ]),
    )
  })

  it('asks once more before everyone gets access, and sends everyone by name', async () => {
    const { user, saved } = await openLock()
    await user.click(screen.getByRole('button', { name: 'Everyone who signs in' }))
    await user.click(saveButton())
    expect(screen.getByRole('alert').textContent).toBe(
      'Everyone who signs in will be able to read this note.',
    )
    expect(saved()).toEqual([])
    await user.click(screen.getByRole('button', { name: 'Back' }))
    await user.click(saveButton())
    await user.click(screen.getByRole('button', { name: 'Share with everyone' }))
    await waitFor(() =>
      expect(saved()[0]?.grants).toContainEqual({ principal: { name: 'everyone' }, role: 'reader' }),
    )
  })

  it('does not save without an owner', async () => {
    const { user, saved } = await openLock()
    await user.click(screen.getByRole('button', { name: 'Remove ana' }))
    expect(screen.getByText(/you can no longer change who has access/)).toBeTruthy()
    await user.click(saveButton())
    expect(screen.getByText(/A note keeps at least one owner/)).toBeTruthy()
    expect(saved()).toEqual([])
  })

  it('keeps my edits when somebody else was faster, and saves them on their version', async () => {
    const theirs: Grants = {
      ...first,
      version: 5,
      grants: [...first.grants, { principal: user(13, 'rita'), role: 'runner', at }],
    }
    let now = first
    const { user: person, saved } = await openLock({
      'GET /nodes/n1/grants': () => now,
      'PUT /nodes/n1/grants': ({ body }: Call) =>
        (body as GrantsChange).version === now.version ? now : refusal(409, 'stale', 'Somebody was faster.'),
    })
    now = theirs
    await person.selectOptions(screen.getByLabelText('Role of bob'), 'writer')
    await person.click(saveButton())
    await screen.findByText(/Somebody else changed the access of rita/)
    expect(screen.getByLabelText<HTMLSelectElement>('Role of bob').value).toBe('writer')
    expect(screen.getByLabelText<HTMLSelectElement>('Role of rita').value).toBe('runner')
    await person.click(saveButton())
    await waitFor(() => expect(saved()).toHaveLength(2))
    expect(saved()[1]).toEqual({
      version: 5,
      inherits: true,
      grants: [
        { principal: { id: 11 }, role: 'owner' },
        { principal: { id: 12 }, role: 'writer' },
        { principal: { id: 13 }, role: 'runner' },
      ],
    })
  })

  it('says what the server refuses and stays open', async () => {
    const { user } = await openLock({
      'PUT /nodes/n1/grants': () => refusal(409, 'conflict', 'The last owner is disabled.'),
    })
    await user.selectOptions(screen.getByLabelText('Role of bob'), 'writer')
    await user.click(saveButton())
    await screen.findByText('The last owner is disabled.')
    expect(screen.getByRole('dialog')).toBeTruthy()
  })

  it('asks before it throws edits away', async () => {
    const { user } = await openLock()
    await user.selectOptions(screen.getByLabelText('Role of bob'), 'writer')
    await user.keyboard('{Escape}')
    expect(screen.getByRole('alert').textContent).toBe('Your changes are not saved.')
    await user.click(screen.getByRole('button', { name: 'Discard changes' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  })
})

it('closes a note to what folders above give', async () => {
  const { user, saved } = await openLock()
  await user.click(screen.getByLabelText(/Access to folders above counts here/))
  expect(screen.queryByText('Can read, from folder “Q3”')).toBeNull()
  expect(screen.getByText('Shared with 1')).toBeTruthy()
  await user.click(saveButton())
  await waitFor(() => expect(saved()[0]?.inherits).toBe(false))
})

describe('as four lists', () => {
  it('takes access away with an emptied list', async () => {
    const { user, saved } = await openLock()
    await user.click(screen.getByText('Four lists'))
    await user.click(screen.getByRole('button', { name: 'Remove bob from Readers' }))
    await user.click(saveButton())
    await waitFor(() => expect(saved()[0]?.grants).toEqual([{ principal: { id: 11 }, role: 'owner' }]))
  })

  it('has everyone as a name like others', async () => {
    const { user } = await openLock()
    await user.click(screen.getByText('Four lists'))
    await user.click(screen.getByRole('button', { name: 'Everyone to Runners' }))
    const runners = screen.getByRole('region', { name: 'Runners' })
    expect(within(runners).getByText('Everyone who signs in')).toBeTruthy()
    await expectAccessible()
  })
})

it('is for looking only to those who may not manage', async () => {
  await openLock({ 'GET /nodes/n1/grants': { ...first, allowed: ['read'] } })
  expect(screen.getByRole('heading', { name: 'Who has access to “Churn”' })).toBeTruthy()
  expect(screen.queryByRole('combobox')).toBeNull()
  expect(screen.queryByRole('button', { name: 'Save' })).toBeNull()
  expect(screen.getByText('Only owners change who has access.')).toBeTruthy()
})

it('says when it cannot be had, and tries again', async () => {
  const routes: Parameters<typeof fakeApi>[0] = {
    'GET /nodes/n1/grants': () => refusal(503, 'unavailable', 'The database is away.'),
  }
  fakeApi(routes)
  const { user } = show(<Lock />)
  await user.click(screen.getByText('lock'))
  await screen.findByText('The database is away.')
  routes['GET /nodes/n1/grants'] = first
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await screen.findByLabelText('Role of bob')
})
