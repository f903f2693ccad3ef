import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { Node } from '../api/types'
import { ana, expectAccessible, show } from '../testing/components'
import { type Call, fakeApi, refusal } from '../testing/fakeApi'
import { noteOpened } from '../tree/opened'
import { HomePage } from './HomePage'

const note = (id: string, name: string, changedAt = '2026-01-01T00:00:00Z'): Node => ({
  id,
  kind: 'note',
  name,
  allowed: ['read'],
  shared: 'some',
  changedAt,
})
const notes = [note('n1', 'Churn', '2026-01-02T00:00:00Z'), note('n2', 'Budget', '2026-01-03T00:00:00Z')]

function showHome(routes: Parameters<typeof fakeApi>[0] = {}, at = '/') {
  const calls = fakeApi({ 'GET /tree': { nodes: notes }, ...routes })
  return { calls, ...show(<HomePage />, { at }) }
}

const links = (list: HTMLElement) =>
  within(list)
    .getAllByRole('link')
    .map((l) => l.textContent)

describe('home', () => {
  it('shows what was opened here and what anybody changed', async () => {
    noteOpened(ana.id, 'n1')
    noteOpened(ana.id, 'gone')
    showHome()
    await screen.findByText('Opened last')
    const [opened, changed] = screen.getAllByRole('list') as [HTMLElement, HTMLElement]
    expect(links(opened)).toEqual(['Churn'])
    expect(links(changed)).toEqual(['Budget', 'Churn'])
    await expectAccessible()
  })

  it('offers an example where there is nothing', async () => {
    const { user } = showHome({ 'GET /tree': { nodes: [] }, 'POST /notes/example': note('ex', 'Example') })
    await user.click(await screen.findByRole('button', { name: 'Open the example' }))
    await waitFor(() => expect(window.location.pathname).toBe('/n/ex'))
  })

  it('makes a note with the name, the place and the audience chosen', async () => {
    const { calls, user } = showHome({ 'POST /nodes': note('new', 'q3/churn') })
    await user.click(await screen.findByRole('button', { name: 'New note' }))
    await user.type(screen.getByLabelText('Name'), 'q3/churn')
    expect(screen.getByLabelText<HTMLInputElement>(/Everyone who signs in/).checked).toBe(true)
    await user.click(screen.getByLabelText(/Only you/))
    await expectAccessible()
    await user.click(screen.getByRole('button', { name: 'Create' }))
    await waitFor(() => expect(window.location.pathname).toBe('/n/new'))
    expect(calls.find((c) => c.method === 'POST')?.body).toEqual({
      kind: 'note',
      name: 'q3/churn',
      newNotes: 'me',
    })
  })
})

it('lets the folder decide who sees a note in it, unless asked otherwise', async () => {
  const folder: Node = { ...note('f1', 'Team'), kind: 'folder', allowed: ['read', 'write'] }
  const { calls, user } = showHome({
    'GET /tree': { nodes: [...notes, folder] },
    'GET /nodes/f1/grants': { version: 1, closed: false, grants: [{}], inherited: [], allowed: ['read'] },
    'POST /nodes': note('new', 'x'),
  })
  await user.click(await screen.findByRole('button', { name: 'New note' }))
  await user.click(screen.getByLabelText('Team'))
  const like = await screen.findByLabelText<HTMLInputElement>(/Whoever has access to the folder “Team”/)
  expect(like.checked).toBe(true)
  await user.click(screen.getByRole('button', { name: 'Create' }))
  await waitFor(() => expect(window.location.pathname).toBe('/n/new'))
  expect(calls.find((c) => c.method === 'POST')?.body).toEqual({
    kind: 'note',
    name: 'Untitled note',
    parent: 'f1',
  })
})

describe('search', () => {
  const hit = {
    note: 'n1',
    name: 'Churn',
    path: [{ id: 'f1', name: 'Team' }],
    paragraph: 'p2',
    snippet: '<b>churn</b> rate',
  }

  it('asks a moment after typing, and shows hits as text', async () => {
    const { calls, user, container } = showHome({ 'GET /search': { hits: [hit], total: 1 } })
    await user.type(screen.getByRole('searchbox', { name: 'Search notes' }), 'churn')
    await screen.findByText('1 hit for “churn”')
    expect(calls.filter((c) => c.path === '/search').map((c) => c.query.get('q'))).toEqual(['churn'])
    expect(container.querySelector('b')).toBeNull()
    expect([...container.querySelectorAll('mark')].map((m) => m.textContent)).toEqual(['Churn', 'churn'])
    expect(screen.getByRole('link', { name: /Churn/ }).getAttribute('href')).toBe('/n/n1#p2')
    expect(window.location.search).toBe('?q=churn')
  })

  it('finds folders by their names, and leads to them', async () => {
    const folder: Node = { ...note('f1', 'Churn models', '2026-01-01T00:00:00Z'), kind: 'folder' }
    showHome(
      { 'GET /tree': { nodes: [...notes, folder] }, 'GET /search': { hits: [hit], total: 1 } },
      '/?q=churn',
    )
    await screen.findByText('1 folder and 1 hit for “churn”')
    expect(screen.getByRole('link', { name: 'Churn models' }).getAttribute('href')).toBe('/?folder=f1')
  })

  it('says what was searched when nothing is found', async () => {
    const { user } = showHome({ 'GET /search': { hits: [], total: 0 } }, '/?q=nothing')
    await screen.findByText('Nothing found for “nothing”')
    await user.click(screen.getByRole('button', { name: 'Clear' }))
    await screen.findByText('Changed last')
    expect(screen.getByRole<HTMLInputElement>('searchbox').value).toBe('')
  })

  it('says what went wrong, and tries again', async () => {
    let broken = true
    const { user } = showHome(
      {
        'GET /search': () =>
          broken ? refusal(500, 'internal', 'Something went wrong on our side.') : { hits: [hit], total: 1 },
      },
      '/?q=churn',
    )
    await screen.findByText(/Something went wrong/)
    screen.getByText('req-1')
    broken = false
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    await screen.findByText('1 hit for “churn”')
  })
})

describe('import', () => {
  const file = (name: string) => new File(['{}'], name)

  it('sends files one by one and says beside each what became of it', async () => {
    const { calls, user } = showHome({
      'POST /notes/import': ({ query }: Call) =>
        query.get('file') === 'bad.json'
          ? refusal(400, 'invalid', 'The file has no paragraphs.')
          : { ...note('n9', 'Good'), warnings: ['1 paragraph uses %flink.'] },
    })
    await screen.findByText('Changed last')
    const input = screen.getByLabelText('Notes to import')
    await user.upload(input, [file('bad.json'), file('good.zpln'), file('Lecture.ipynb')])
    await screen.findByText('Imported 2 of 3')
    screen.getByText('The file has no paragraphs.')
    expect(screen.getAllByText('1 paragraph uses %flink.')).toHaveLength(2)
    expect(screen.getAllByRole('link', { name: 'Open “Good”' })[0]?.getAttribute('href')).toBe('/n/n9')
    const sent = calls.filter((c) => c.path === '/notes/import').map((c) => c.query.get('file'))
    expect(sent).toEqual(['bad.json', 'good.zpln', 'Lecture.ipynb'])
  })

  it('does not send what cannot be a note', async () => {
    const { calls } = showHome()
    await screen.findByText('Changed last')
    fireEvent.drop(screen.getByRole('searchbox'), {
      dataTransfer: { types: ['Files'], files: [file('photo.png')] },
    })
    await screen.findByText(/Not a note's file/)
    expect(calls.some((c) => c.path === '/notes/import')).toBe(false)
  })
})
