import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { expectAccessible, show } from '../../testing/components'
import { away, done, fakeApi, refusal } from '../../testing/fakeApi'
import { type NoteContext, NoteReact } from '../page/context'
import { CloneDialog } from './CloneDialog'
import { ExportDialog } from './ExportDialog'
import { FilesPanel } from './FilesPanel'
import type { FileEntry } from './files'

let counter = 0
let note = ''
beforeEach(() => {
  note = `n${++counter}`
  FakeRequest.sent = []
  vi.stubGlobal('XMLHttpRequest', FakeRequest)
})

/** An upload whose end the test decides. */
class FakeRequest {
  static sent: FakeRequest[] = []
  upload: { onprogress?: (e: { loaded: number }) => void } = {}
  onload = () => {}
  onerror = () => {}
  onabort = () => {}
  status = 0
  responseText = ''
  responseType = ''
  address = ''
  isAborted = false
  open(_: string, address: string) {
    this.address = decodeURIComponent(address)
  }
  send() {
    FakeRequest.sent.push(this)
  }
  abort() {
    this.isAborted = true
    this.onabort()
  }
  end(status: number, body: unknown) {
    this.status = status
    this.responseText = JSON.stringify(body)
    act(() => this.onload())
  }
}

const entry = (name: string, more: Partial<FileEntry> = {}): FileEntry => ({
  name,
  kind: 'file',
  size: 2048,
  changedAt: '2026-01-01T00:00:00Z',
  ...more,
})

const listing = (...entries: FileEntry[]) => ({
  path: '',
  entries,
  more: 0,
  atLeast: false,
  used: 3_000_000,
  quota: 10_000_000,
  tooMany: false,
})

function context(options: { may?: string[]; online?: boolean }) {
  const { may = ['read', 'run', 'write'], online = true } = options
  const store = { subscribe: () => () => {}, view: { allowed: new Set(may), trashed: false, name: 'Churn' } }
  const client = { note, store, isOnline: () => online, subscribe: () => () => {} }
  return { client } as unknown as NoteContext
}

function showPanel(
  routes: Parameters<typeof fakeApi>[0],
  options: { may?: string[]; online?: boolean } = {},
) {
  const calls = fakeApi(routes)
  const shown = show(
    <NoteReact value={context(options)}>
      <FilesPanel onClose={() => {}} />
    </NoteReact>,
  )
  return { calls, ...shown }
}

const files = (...entries: FileEntry[]) => ({ [`GET /notes/${note}/files`]: () => listing(...entries) })
const drop = (...list: File[]) =>
  fireEvent.drop(screen.getByTestId('drop'), { dataTransfer: { types: ['Files'], files: list } })

describe('files of a note', () => {
  it('lists folders and files with size, and how much room is left', async () => {
    showPanel(files(entry('data', { kind: 'folder' }), entry('a.csv'), entry('pipe', { kind: 'other' })))
    const a = await screen.findByRole('link', { name: 'a.csv' })
    expect(a.getAttribute('href')).toBe(`/api/v1/notes/${note}/files/content?path=a.csv&download=1`)
    expect(screen.getByText(/2 KB/)).toBeTruthy()
    expect(screen.getByText(/2\.9 MB of 9\.5 MB used/)).toBeTruthy()
    expect(screen.queryByRole('link', { name: 'pipe' })).toBeNull()
    await expectAccessible()
  })

  it('opens folders, and goes back by the way that led there', async () => {
    const { calls, user } = showPanel(files(entry('data', { kind: 'folder' })))
    await user.click(await screen.findByRole('button', { name: 'data' }))
    await waitFor(() => expect(calls.at(-1)?.query.get('path')).toBe('data'))
    await user.click(
      within(screen.getByRole('navigation', { name: 'Folder' })).getByRole('button', { name: 'This note' }),
    )
    await waitFor(() => expect(calls.at(-1)?.query.get('path')).toBe(''))
  })

  it('lets readers look and download only', async () => {
    showPanel(files(entry('a.csv')), { may: ['read'] })
    await screen.findByRole('link', { name: 'a.csv' })
    expect(screen.queryByRole('button', { name: 'Upload' })).toBeNull()
    expect(screen.queryByRole('button', { name: /More about/ })).toBeNull()
    drop(new File(['x'], 'x.txt'))
    expect(FakeRequest.sent).toEqual([])
  })

  it('says what it is to be empty, away and offline', async () => {
    let answer: unknown = refusal(503, 'unavailable', 'The database is away.')
    const { user } = showPanel({ [`GET /notes/${note}/files`]: () => answer }, { online: false })
    await screen.findByText('The database is away.')
    expect(screen.getByText(/Not connected/)).toBeTruthy()
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Upload' }).disabled).toBe(true)
    answer = listing()
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    await screen.findByText('No files yet')
    await expectAccessible()
  })

  it('uploads one after the other, tells how far it is, and can be cancelled', async () => {
    const { user } = showPanel(files())
    await screen.findByText('No files yet')
    drop(new File(['x'.repeat(4096)], 'big.bin'), new File(['y'], 'next.txt'), new File(['z'], 'last.txt'))
    await waitFor(() => expect(FakeRequest.sent).toHaveLength(1))
    act(() => FakeRequest.sent[0]?.upload.onprogress?.({ loaded: 1024 }))
    expect(screen.getByRole('progressbar', { name: 'Uploading big.bin' }).getAttribute('value')).toBe('1024')
    await expectAccessible()
    await user.click(screen.getByRole('button', { name: 'Cancel the upload of big.bin' }))
    expect(FakeRequest.sent[0]?.isAborted).toBe(true)
    await waitFor(() => expect(FakeRequest.sent).toHaveLength(2))
    expect(FakeRequest.sent[1]?.address).toContain('path=next.txt&replace=0')
    FakeRequest.sent[1]?.end(200, entry('next.txt'))
    await screen.findByText(/uploaded/)
    await waitFor(() => expect(FakeRequest.sent).toHaveLength(3))
    FakeRequest.sent[2]?.end(413, { code: 'too_large', message: 'The quota is full.' })
    await screen.findByText('The quota is full.')
    await user.click(screen.getByRole('button', { name: 'Clear this list' }))
    expect(screen.queryByText('The quota is full.')).toBeNull()
  })

  it('does not begin what cannot fit', async () => {
    showPanel({ [`GET /notes/${note}/files`]: () => ({ ...listing(), used: 10, quota: 11 }) })
    await screen.findByText('No files yet')
    drop(new File(['four'], 'a'))
    await screen.findByText(/not enough room/)
    expect(FakeRequest.sent).toEqual([])
  })

  it('asks what to do when a name is taken, for one or for all', async () => {
    const { user } = showPanel(files(entry('a.csv'), entry('b.csv')))
    await screen.findByRole('link', { name: 'a.csv' })
    drop(new File(['1'], 'a.csv'))
    await screen.findByRole('dialog', { name: /“a.csv” is there already/ })
    await expectAccessible()
    await user.click(screen.getByRole('button', { name: 'Keep both' }))
    await waitFor(() => expect(FakeRequest.sent[0]?.address).toContain('path=a+(2).csv&replace=0'))
    FakeRequest.sent[0]?.end(200, entry('a (2).csv'))
    drop(new File(['1'], 'a.csv'), new File(['2'], 'b.csv'))
    await user.click(await screen.findByLabelText('Do the same for all 2'))
    await user.click(screen.getByRole('button', { name: 'Replace' }))
    await waitFor(() => expect(FakeRequest.sent[1]?.address).toContain('path=a.csv&replace=1'))
    FakeRequest.sent[1]?.end(200, entry('a.csv'))
    await waitFor(() => expect(FakeRequest.sent[2]?.address).toContain('path=b.csv&replace=1'))
    FakeRequest.sent[2]?.end(200, entry('b.csv'))
  })

  it('asks when the server knows of one that came meanwhile', async () => {
    const { user } = showPanel(files())
    await screen.findByText('No files yet')
    drop(new File(['1'], 'a.csv'))
    await waitFor(() => expect(FakeRequest.sent).toHaveLength(1))
    FakeRequest.sent[0]?.end(409, { code: 'conflict', message: 'There is one.' })
    await screen.findByRole('dialog', { name: /“a.csv” is there already/ })
    await user.click(screen.getByRole('button', { name: 'Skip' }))
    expect(screen.queryByRole('dialog', { name: /already/ })).toBeNull()
  })

  it('renames, makes folders, and deletes after saying that it cannot be undone', async () => {
    const { calls, user } = showPanel({
      ...files(entry('a.csv')),
      [`POST /notes/${note}/files/rename`]: (c: { body: { to: string } }) =>
        c.body.to === 'taken' ? refusal(409, 'conflict', 'There is a "taken" already.') : done(),
      [`POST /notes/${note}/files/folder`]: done,
      [`DELETE /notes/${note}/files`]: done,
    } as Parameters<typeof fakeApi>[0])
    const open = async (item: string) => {
      await user.click(await screen.findByRole('button', { name: 'More about a.csv' }))
      await user.click(await screen.findByRole('menuitem', { name: item }))
    }
    await open('Rename')
    const field = await screen.findByLabelText('Name')
    await user.clear(field)
    await user.type(field, 'a/b{Enter}')
    await screen.findByText(/no slashes/)
    await user.clear(field)
    await user.type(field, 'taken{Enter}')
    await screen.findByText('There is a "taken" already.')
    await user.clear(field)
    await user.type(field, 'b.csv{Enter}')
    await waitFor(() => expect(calls.some((c) => (c.body as { to?: string })?.to === 'b.csv')).toBe(true))
    await user.click(screen.getByRole('button', { name: 'New folder' }))
    await user.type(await screen.findByLabelText('Name'), 'plots{Enter}')
    await waitFor(() => expect(calls.some((c) => (c.body as { path?: string })?.path === 'plots')).toBe(true))
    await open('Delete')
    expect(screen.getByText(/cannot be undone/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Delete' }))
    await waitFor(() => expect(calls.find((c) => c.method === 'DELETE')?.query.get('path')).toBe('a.csv'))
  })

  it('says how many are not listed', async () => {
    showPanel({
      [`GET /notes/${note}/files`]: () => ({ ...listing(entry('a')), more: 12_000, atLeast: true }),
    })
    await screen.findByText(/more than 12,000 more/)
  })
})

describe('taking a note along', () => {
  const inNote = (element: React.ReactNode) => <NoteReact value={context({})}>{element}</NoteReact>

  it('downloads in the form that was chosen', async () => {
    const links: string[] = []
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      links.push(this.getAttribute('href') ?? '')
    })
    const { user } = show(inNote(<ExportDialog onClose={() => {}} />))
    await expectAccessible()
    await user.click(screen.getByLabelText(/Archive/))
    await user.click(screen.getByLabelText('With results'))
    await user.click(screen.getByRole('button', { name: 'Download' }))
    expect(links).toEqual([`/api/v1/notes/${note}/export?format=zip&outputs=0&files=1`])
  })

  it('clones with files, under a name, and tells what stayed behind', async () => {
    const calls = fakeApi({ [`POST /nodes/${note}/clone`]: { id: 'c1', name: 'Mine', left: 2 } })
    const { user } = show(inNote(<CloneDialog onClose={() => {}} />))
    await expectAccessible()
    await user.type(screen.getByLabelText('Name'), 'Mine')
    await user.click(screen.getByLabelText('Copy its files too'))
    await user.click(screen.getByRole('button', { name: 'Clone' }))
    await screen.findByText(/2 of its files stayed behind/)
    expect(calls[0]?.body).toEqual({ name: 'Mine', files: true })
    expect(window.location.pathname).toBe('/n/c1')
  })

  it('stays and says why when there is no copy', async () => {
    fakeApi({ [`POST /nodes/${note}/clone`]: away })
    const { user } = show(inNote(<CloneDialog onClose={() => {}} />))
    await user.click(screen.getByRole('button', { name: 'Clone' }))
    await screen.findByText(/cannot be reached/)
  })
})
