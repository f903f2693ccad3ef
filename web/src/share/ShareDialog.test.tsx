import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { useState } from 'react'
import { describe, expect, it, vi } from 'vitest'
import type { Grants, GrantsChange, Node, Principal } from '../api/types'
import { expectAccessible, show } from '../testing/components'
import { away, type Call, fakeApi, refusal } from '../testing/fakeApi'
import { toast } from '../ui/Toast'
import { ShareDialog } from './ShareDialog'

// The socket's word that the tree may look different.
const signals = vi.hoisted(() => new Set<() => void>())
vi.mock('../socket/live', () => ({
  onTreeChanged: (f: () => void) => {
    signals.add(f)
    return () => signals.delete(f)
  },
}))
const signal = () => {
  for (const f of signals) f()
}

const user = (id: number, name: string): Principal => ({ id, kind: 'user', name })
const [ana, bob, rita, vera] = [user(11, 'ana'), user(12, 'bob'), user(13, 'rita'), user(14, 'vera')]
const team: Principal = { id: 20, kind: 'group', name: 'team' }
const known: Principal[] = [ana, bob, rita, team]
const at = '2026-01-01T00:00:00Z'

const first: Grants = {
  version: 4,
  closed: false,
  grants: [
    { principal: ana, role: 'owner', at },
    { principal: bob, role: 'reader', at },
  ],
  inherited: [{ principal: vera, role: 'reader', at, from: { id: 'f1', name: 'Q3' } }],
  allowed: ['read', 'run', 'write', 'manage'],
}

const node = (shared: Partial<Node>): Node => ({
  id: 'n1',
  kind: 'note',
  name: 'Churn',
  allowed: first.allowed,
  shared: 'some',
  sharedWith: 9,
  changedAt: at,
  ...shared,
})

const nothing = { gains: [], losses: [], people: { gain: 0, lose: 0 }, notes: 0, outputs: 0, files: 0 }
const preview = {
  ...nothing,
  everyone: '',
  truncated: false,
  sentence: 'Nobody gains or loses anything now.',
}

const search = ({ query }: Call) => ({
  people: known.filter((p) => p.name.startsWith(query.get('query') ?? '')),
})

/** A server that keeps what it is told, and refuses stale versions. */
function server(start: Grants) {
  let now = start
  const put = ({ body }: Call) => {
    const change = body as GrantsChange
    if (change.version !== now.version) return refusal(409, 'stale', 'Somebody was faster.')
    const grants = change.grants.map(({ principal, ...rest }) => ({
      principal: named(principal),
      at,
      ...rest,
    }))
    now = { ...now, version: now.version + 1, grants, closed: change.closed ?? now.closed }
    return now
  }
  return { get: () => now, put, become: (next: Partial<Grants>) => (now = { ...now, ...next }) }
}

function named(p: { id: number } | { name: string }): Principal {
  if ('name' in p) return { id: 1, kind: 'everyone', name: p.name }
  return known.find((k) => k.id === p.id) ?? user(p.id, `user ${p.id}`)
}

function Lock({ kind }: { kind: 'note' | 'folder' }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        lock
      </button>
      <ShareDialog node="n1" name="Churn" kind={kind} open={open} onOpenChange={setOpen} />
    </>
  )
}

interface Options {
  routes?: Parameters<typeof fakeApi>[0]
  grants?: Grants
  kind?: 'note' | 'folder'
}

async function openLock({ routes = {}, grants = first, kind = 'note' }: Options = {}) {
  const quire = server(grants)
  const answers: Parameters<typeof fakeApi>[0] = {
    'GET /nodes/n1': node({}),
    'GET /nodes/n1/grants': quire.get,
    'PUT /nodes/n1/grants': quire.put,
    'GET /nodes/n1/links': { links: [], anyoneAllowed: false },
    'POST /preview': preview,
    'GET /people': search,
    ...routes,
  }
  const calls = fakeApi(answers)
  const shown = show(<Lock kind={kind} />)
  await shown.user.click(screen.getByText('lock'))
  await screen.findByRole('dialog')
  const saved = () => calls.filter((c) => c.method === 'PUT').map((c) => (c.body as GrantsChange).grants)
  return { ...shown, calls, saved, quire, answers }
}

const field = () => screen.getByRole('combobox', { name: 'Add people or groups' })
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name })

type Person = Awaited<ReturnType<typeof openLock>>['user']

async function choose(user: Person, row: string, item: RegExp | string) {
  await user.click(await screen.findByRole('button', { name: row }))
  await user.click(
    await screen.findByRole(/^Can/.test(String(item)) ? 'menuitemradio' : 'menuitem', {
      name: item instanceof RegExp ? item : new RegExp(`^${item}`),
    }),
  )
}

const owner = { principal: { id: 11 }, role: 'owner' }

describe('the lock', () => {
  it('shows who has access, without faults for screen readers', async () => {
    await openLock()
    const rows = within(screen.getByRole('list', { name: 'Who has access' })).getAllByRole('listitem')
    expect(rows.map((r) => r.textContent)).toEqual([
      expect.stringContaining('ana (you)Can manage'),
      expect.stringContaining('bobCan read'),
    ])
    expect(document.activeElement).toBe(field())
    await expectAccessible()
  })

  it.each([
    ['note', '/n/n1'],
    ['folder', '/?folder=n1'],
  ] as const)('copies the address of a %s', async (kind, address) => {
    const { user } = await openLock({ kind })
    await user.click(await screen.findByRole('button', { name: 'Copy address' }))
    expect(await navigator.clipboard.readText()).toBe(`${window.location.origin}${address}`)
  })

  it('counts people, not entries, and again when something is saved', async () => {
    let people = 8 // bob, vera, and six in the team
    const { user } = await openLock({
      grants: { ...first, grants: [...first.grants, { principal: team, role: 'reader', at }] },
      routes: { 'GET /nodes/n1': () => node({ sharedWith: people }) },
    })
    await screen.findByText('Shared with 8 people')
    people = 2
    await choose(user, 'team: Can read', 'Remove')
    await screen.findByText('Shared with 2 people')
  })

  it('saves a changed role at once, says so, and takes it back', async () => {
    const { user, saved } = await openLock()
    await choose(user, 'bob: Can read', 'Can write')
    await screen.findByText('Saved. bob can write.')
    expect(saved()).toEqual([[owner, { principal: { id: 12 }, role: 'writer' }]])
    await user.click(button('Undo'))
    await screen.findByRole('button', { name: 'bob: Can read' })
    expect(saved()[1]).toEqual([owner, { principal: { id: 12 }, role: 'reader' }])
  })

  it('explains each role in a line', async () => {
    const { user } = await openLock()
    await user.click(button('bob: Can read'))
    const runner = await screen.findByRole('menuitemradio', { name: /^Can run/ })
    expect(runner.textContent).toContain('Cannot change it.')
  })

  it('offers to take the last change back after it is closed', async () => {
    const { user, saved } = await openLock()
    await choose(user, 'bob: Can read', 'Remove')
    await screen.findByText('Saved. bob was removed.')
    await user.click(button('Done'))
    await waitFor(() => expect(document.activeElement).toBe(screen.getByText('lock')))
    await user.click(within(screen.getByRole('region', { name: 'Messages' })).getByText('Undo'))
    await waitFor(() => expect(saved()).toHaveLength(2))
    expect(saved()[1]).toContainEqual({ principal: { id: 12 }, role: 'reader' })
  })

  it('shares with who was suggested, by keyboard alone', async () => {
    const { user, saved } = await openLock()
    await user.keyboard('ri')
    await screen.findByRole('option', { name: 'rita' })
    await user.keyboard('{ArrowDown}{Enter}')
    await user.selectOptions(screen.getByLabelText('They'), 'runner')
    await user.tab()
    await user.keyboard('{Enter}')
    await screen.findByText('Saved. rita can run.')
    await waitFor(() => expect(document.activeElement).toBe(field()))
    expect(saved()[0]).toContainEqual({ principal: { id: 13 }, role: 'runner' })
    expect(screen.queryByRole('button', { name: 'Remove rita from the field' })).toBeNull()
  })

  it('waits for a name that was typed just before', async () => {
    const { user, saved } = await openLock()
    await user.keyboard('rita,')
    await user.click(button('Share'))
    await waitFor(() => expect(saved()[0]).toContainEqual({ principal: { id: 13 }, role: 'reader' }))
  })

  it('takes a pasted list, and saves nothing while a name in it is unknown', async () => {
    const { user, saved } = await openLock()
    await user.click(field())
    await user.paste('rita; nobody\nzed')
    await screen.findByText(/Unknown here: nobody, zed\./)
    await user.click(button('Share'))
    await screen.findByText(/Some names above are not known/)
    expect(saved()).toEqual([])
    await user.click(button('Remove nobody from the field'))
    await user.click(button('Remove zed from the field'))
    await user.click(button('Share'))
    await waitFor(() => expect(saved()[0]).toContainEqual({ principal: { id: 13 }, role: 'reader' }))
  })

  it('asks before names in the field are forgotten', async () => {
    const { user, saved } = await openLock()
    await user.keyboard('rita,')
    await user.click(button('Done'))
    expect(screen.getByRole('alert').textContent).toBe('The names in the field have no access yet.')
    await user.click(button('Close without them'))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(saved()).toEqual([])
  })

  it('does not leave it without an owner', async () => {
    const { user, saved } = await openLock()
    await choose(user, 'ana: Can manage', 'Remove')
    await screen.findByText(/A note keeps at least one owner/)
    expect(saved()).toEqual([])
  })

  it('asks before one gives up owning it', async () => {
    const { user, saved } = await openLock()
    await choose(user, 'bob: Can read', 'Make owner in my place')
    const ask = await screen.findByRole('dialog', { name: 'Give up owning it?' })
    expect(saved()).toEqual([])
    await user.click(within(ask).getByRole('button', { name: 'Give it up' }))
    await waitFor(() =>
      expect(saved()[0]).toEqual([
        { principal: { id: 12 }, role: 'owner' },
        { principal: { id: 11 }, role: 'writer' },
      ]),
    )
  })

  it('sets an end, and shows it', async () => {
    const { user, saved } = await openLock()
    await choose(user, 'bob: Can read', 'Start and end')
    const until = await screen.findByLabelText('Until (optional)')
    await user.type(until, '2020-01-01T10:00')
    expect(screen.getByText('The end has passed.')).toBeTruthy()
    expect(button('Set').disabled).toBe(true)
    await user.clear(until)
    await user.type(until, '2099-01-01T10:00')
    await user.click(button('Set'))
    const endsAt = new Date(2099, 0, 1, 10).toISOString()
    await waitFor(() => expect(saved()[0]).toContainEqual({ principal: { id: 12 }, role: 'reader', endsAt }))
    await screen.findByText(/^until .*2099/)
  })
})

it('stays open while one deals with a message beside it', async () => {
  const { user } = await openLock()
  act(() => void toast('Something else.'))
  fireEvent.pointerDown(screen.getByText('Something else.'))
  await choose(user, 'bob: Can read', 'Can write')
  await screen.findByText('Saved. bob can write.')
})

describe('what reaches further than the names in it', () => {
  const wide = {
    ...preview,
    people: { gain: 40, lose: 0 },
    notes: 3,
    outputs: 12,
    files: 2,
    sentence: '40 people gain access on 3 notes; 12 results and 2 files become visible.',
  }

  it('asks a second time before everyone gets access, with numbers', async () => {
    const { user, saved, calls } = await openLock({
      routes: { 'POST /preview': { ...wide, everyone: 'gains' } },
    })
    await user.click(button('Everyone who signs in'))
    await user.click(button('Share'))
    const ask = await screen.findByRole('dialog', { name: 'Share with everyone?' })
    expect(within(ask).getByText('Everyone who signs in will be able to read this note.')).toBeTruthy()
    expect(within(ask).getByText(/12 results and 2 files become visible/)).toBeTruthy()
    await expectAccessible()
    await user.click(within(ask).getByRole('button', { name: 'Back' }))
    expect(saved()).toEqual([])
    await user.click(button('Share'))
    await user.click(await screen.findByRole('button', { name: 'Share with everyone' }))
    await waitFor(() =>
      expect(saved()[0]).toContainEqual({ principal: { name: 'everyone' }, role: 'reader' }),
    )
    const asked = calls.find((c) => c.path === '/preview')?.body as { change: { kind: string; node: string } }
    expect(asked.change).toMatchObject({ kind: 'grants', node: 'n1' })
  })

  it('still asks when the numbers cannot be had', async () => {
    const { user, saved } = await openLock({
      routes: { 'POST /preview': () => refusal(503, 'unavailable', 'Too busy.') },
    })
    await user.click(button('Everyone who signs in'))
    await user.click(button('Share'))
    await screen.findByText('Too busy.')
    expect(saved()).toEqual([])
  })

  it('shows first what a large group would see, and a small one not', async () => {
    const { user, saved, answers } = await openLock({ routes: { 'POST /preview': wide } })
    await user.keyboard('team,')
    await user.click(button('Share'))
    await user.click(
      within(await screen.findByRole('dialog', { name: 'This reaches further' })).getByText('Back'),
    )
    expect(saved()).toEqual([])
    answers['POST /preview'] = { ...wide, people: { gain: 3, lose: 0 } }
    await user.click(button('Share'))
    await waitFor(() => expect(saved()[0]).toContainEqual({ principal: { id: 20 }, role: 'reader' }))
  })

  it('shows on how many notes a folder opens', async () => {
    const { user } = await openLock({
      kind: 'folder',
      routes: { 'POST /preview': { ...wide, people: { gain: 1, lose: 0 } } },
    })
    await user.keyboard('rita,')
    await user.click(button('Share'))
    await screen.findByRole('dialog', { name: 'This reaches further' })
  })

  it('closes it after one has seen who loses access', async () => {
    const { user, calls } = await openLock({
      routes: {
        'POST /preview': {
          ...preview,
          people: { gain: 0, lose: 1 },
          losses: [{ person: vera, actions: ['read'], notes: 1 }],
        },
      },
    })
    await user.click(screen.getByText('Close this note'))
    await user.click(await screen.findByLabelText(/Keep out what folders above give/))
    const ask = await screen.findByRole('dialog', { name: 'Close this note?' })
    expect(within(within(ask).getByRole('region', { name: 'Lose access' })).getByText('vera')).toBeTruthy()
    await user.click(within(ask).getByRole('button', { name: 'Close it' }))
    await screen.findByText('This note is closed')
    expect(calls.find((c) => c.method === 'PUT')?.body).toMatchObject({ closed: true })
  })

  it('folds what a small change does', async () => {
    const { user, calls } = await openLock()
    await user.keyboard('rita,')
    await user.click(await screen.findByText('What this changes'))
    await screen.findByText('Nobody gains or loses anything now.')
    expect(calls.some((c) => c.path === '/preview')).toBe(true)
  })
})

describe('two people at once', () => {
  const theirs = [...first.grants, { principal: rita, role: 'runner' as const, at }]

  it('see what the other changed, as soon as the server says so', async () => {
    const { quire } = await openLock()
    quire.become({ version: 5, grants: theirs })
    signal()
    await screen.findByRole('button', { name: 'rita: Can run' })
    expect(screen.getByText(/Somebody else changed the access of rita just now/)).toBeTruthy()
  })

  it('keep both changes', async () => {
    const { user, saved, quire } = await openLock()
    quire.become({ version: 5, grants: theirs })
    await choose(user, 'bob: Can read', 'Can write')
    await screen.findByText('Saved. bob can write.')
    expect(saved()[1]).toHaveLength(3)
    expect(saved()[1]).toContainEqual({ principal: { id: 13 }, role: 'runner' })
    expect(saved()[1]).toContainEqual({ principal: { id: 12 }, role: 'writer' })
    expect(screen.getByRole('button', { name: 'rita: Can run' })).toBeTruthy()
  })

  it('are told when both changed the same person, and nothing is overwritten', async () => {
    const { user, quire } = await openLock()
    quire.become({
      version: 5,
      grants: [first.grants[0], { principal: bob, role: 'owner', at }] as Grants['grants'],
    })
    await choose(user, 'bob: Can read', 'Can write')
    await screen.findByText(/Somebody else changed the access of bob at the same moment/)
    expect(screen.getByRole('button', { name: 'bob: Can manage' })).toBeTruthy()
    await user.click(button('Try again'))
    await screen.findByRole('button', { name: 'bob: Can write' })
  })
})

it('says what the server refuses, shows what counts, and tries again', async () => {
  const { user, answers, quire } = await openLock({
    routes: { 'PUT /nodes/n1/grants': () => refusal(409, 'conflict', 'The last owner is disabled.') },
  })
  await choose(user, 'bob: Can read', 'Can write')
  await screen.findByText(/Not saved\. The last owner is disabled\./)
  expect(button('bob: Can read')).toBeTruthy()
  answers['PUT /nodes/n1/grants'] = quire.put
  await user.click(button('Try again'))
  await screen.findByText('Saved. bob can write.')
})

it('keeps what was chosen while there is no connection', async () => {
  const { user, saved } = await openLock({ routes: { 'PUT /nodes/n1/grants': away } })
  await user.keyboard('rita,')
  await user.click(button('Share'))
  await screen.findByText(/Not saved\. The server cannot be reached/)
  expect(button('Remove rita from the field')).toBeTruthy()
  expect(saved()).toHaveLength(1)
})

describe('as four lists', () => {
  it('takes access away with an emptied list, and has everyone as a name like others', async () => {
    const { user, saved } = await openLock()
    await user.click(screen.getByText('As four lists, as in Zeppelin'))
    await user.click(await screen.findByRole('button', { name: 'Remove bob from Readers' }))
    await waitFor(() => expect(saved()[0]).toEqual([owner]))
    await user.click(button('Everyone to Runners'))
    await screen.findByRole('dialog', { name: 'Share with everyone?' })
  })
})

it('is for looking only to those who may not manage', async () => {
  await openLock({ grants: { ...first, allowed: ['read'] } })
  expect(screen.getByRole('heading', { name: 'Who has access to “Churn”' })).toBeTruthy()
  expect(screen.queryByRole('combobox', { name: 'Add people or groups' })).toBeNull()
  expect(screen.getByText('Only owners change who has access.')).toBeTruthy()
  expect(screen.getByText('Can read, from folder “Q3”')).toBeTruthy()
  await expectAccessible()
})

it('says when it cannot be had, and tries again', async () => {
  const routes: Parameters<typeof fakeApi>[0] = {
    'GET /nodes/n1/grants': () => refusal(503, 'unavailable', 'The database is away.'),
    'GET /nodes/n1/links': { links: [], anyoneAllowed: false },
  }
  fakeApi(routes)
  const { user } = show(<Lock kind="note" />)
  await user.click(screen.getByText('lock'))
  await screen.findByText('The database is away.')
  routes['GET /nodes/n1/grants'] = first
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await screen.findByRole('button', { name: 'bob: Can read' })
})
