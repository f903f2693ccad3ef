import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { expectAccessible } from '../../testing/components'
import { type Call, fakeApi } from '../../testing/fakeApi'
import { showInNote } from '../../testing/openNote'
import type { Run } from '../../wire/types'
import { RunsPanel } from './RunsPanel'
import type { RunRecord } from './runs'

const ana = { id: 11, name: 'ana' }
const bob = { id: 12, name: 'bob' }
const at = '2026-01-01T10:00:00Z'
const record = (n: number, more: Partial<RunRecord> = {}): RunRecord => ({
  id: `r${String(n).padStart(3, '0')}`,
  paragraph: 'p1',
  by: ana,
  version: 0,
  state: 'done',
  queuedAt: at,
  sentAt: at,
  endedAt: '2026-01-01T10:00:02Z',
  changedSince: false,
  text: `print(${n})`,
  ...more,
})
const paragraph = (id: string, title = '') => ({ id, title, text: '', version: 0, settings: {} })
const paragraphs = [paragraph('p1', 'Load'), paragraph('p2')]

async function showRuns(runs: RunRecord[] | ((call: Call) => RunRecord[]), live: Run[] = []) {
  const calls = fakeApi({
    'GET /notes/n/runs': (call: Call) => ({ runs: typeof runs === 'function' ? runs(call) : runs }),
    'GET /notes/n/runs/r001/parts': { parts: [{ part: 0, kind: 'stream', revision: 3, bytes: 3 }] },
    'GET /notes/n/runs/r001/parts/0': () => new Response('42\n'),
  })
  const onClose = vi.fn()
  const shown = showInNote(<RunsPanel onClose={onClose} />, { paragraphs, runs: live })
  await screen.findByRole('dialog', { name: 'Runs' })
  const asked = () => calls.filter((c) => c.path === '/notes/n/runs').map((c) => Object.fromEntries(c.query))
  return { ...shown, calls, asked, onClose }
}

const rows = () => screen.findAllByRole('listitem')
const texts = async () => (await rows()).map((r) => r.textContent)

describe('the list of runs', () => {
  it('says of each what ran where, by whom, how it ended and what changed since', async () => {
    await showRuns([
      record(4, { paragraph: 'p2', by: bob, own: true, changedSince: true }),
      record(3, { state: 'cancelled', cancelledBy: 12, cancelledByName: 'bob', reason: 'Too long' }),
      record(2, { paragraph: 'gone', state: 'error' }),
    ])
    const [own, cancelled, deleted] = await texts()
    for (const word of ['Finished', 'Paragraph 2', 'bob', 'took 2.0 s', 'own kernel', 'code changed since'])
      expect(own).toContain(word)
    for (const word of ['Cancelled', 'Load', 'cancelled by bob', 'Too long'])
      expect(cancelled).toContain(word)
    expect(cancelled).not.toContain('code changed since')
    for (const word of ['Error', 'A deleted paragraph', 'print(2)']) expect(deleted).toContain(word)
    await expectAccessible()
  })

  it('says when there are none', async () => {
    await showRuns([])
    await screen.findByText('Nothing that you may see was run here.')
  })

  it('asks the server for somebody’s, of a state, of a paragraph', async () => {
    const { user, asked } = await showRuns([record(1, { by: bob })])
    await rows()
    await user.selectOptions(screen.getByLabelText('Who'), 'bob')
    await user.selectOptions(screen.getByLabelText('State'), 'Error')
    await user.selectOptions(screen.getByLabelText('Paragraph'), '1: Load')
    await waitFor(() =>
      expect(asked().at(-1)).toEqual({ by: '12', state: 'error', paragraph: 'p1', limit: '50' }),
    )
  })

  it('keeps to those whose code changed', async () => {
    const { user } = await showRuns([record(2, { changedSince: true }), record(1)])
    expect(await rows()).toHaveLength(2)
    await user.click(screen.getByLabelText('Only where the code changed since'))
    expect(await rows()).toHaveLength(1)
    screen.getByText('print(2)')
  })

  it('goes on behind the last one', async () => {
    const all = Array.from({ length: 60 }, (_, i) => record(60 - i))
    const { user, asked } = await showRuns(({ query }) => {
      const from = query.get('before') ? all.findIndex((r) => r.id === query.get('before')) + 1 : 0
      return all.slice(from, from + 50)
    })
    expect(await rows()).toHaveLength(50)
    await user.click(screen.getByRole('button', { name: 'Show earlier runs' }))
    await waitFor(async () => expect(await rows()).toHaveLength(60))
    expect(asked().at(-1)).toEqual({ before: 'r011', limit: '50' })
    expect(screen.queryByRole('button', { name: 'Show earlier runs' })).toBeNull()
  })
})

describe('while it is open', () => {
  const running: Run = { id: 'r001', paragraph: 'p1', by: ana, version: 0, state: 'sent', queuedAt: at }

  it('follows how a run goes on, and then asks for its record', async () => {
    let now = record(1, { state: 'queued', sentAt: undefined, endedAt: undefined })
    const { store } = await showRuns(() => [now], [{ ...running, state: 'queued' }])
    await screen.findByText('Queued')
    act(() => store.take({ op: 'RUN', note: 'n', runs: [running] }))
    await screen.findByText('Running')
    now = record(1, { state: 'error', reason: 'Out of memory' })
    act(() => store.take({ op: 'RUN', note: 'n', runs: [{ ...running, state: 'error' }] }))
    await screen.findByText('Out of memory')
  })

  it('shows a new one', async () => {
    let now = [record(1)]
    const { store } = await showRuns(() => now)
    await rows()
    now = [record(2), record(1)]
    act(() => store.take({ op: 'RUN', note: 'n', runs: [{ ...running, id: 'r002' }] }))
    await waitFor(async () => expect(await rows()).toHaveLength(2))
  })
})

describe('a run', () => {
  it('shows what it printed when asked, and hides it again', async () => {
    const { user, calls } = await showRuns([record(1)])
    const [row] = (await rows()) as [HTMLElement]
    expect(calls.some((c) => c.path.includes('/parts'))).toBe(false)
    await user.click(within(row).getByRole('button', { name: 'Show output' }))
    await within(row).findByText('42')
    await user.click(within(row).getByRole('button', { name: 'Hide output' }))
    expect(within(row).queryByText('42')).toBeNull()
  })

  it('shows the beginning of long code, and all of it when asked', async () => {
    const { user } = await showRuns([record(1, { text: 'a\nb\nc\nd\ne' })])
    const [row] = (await rows()) as [HTMLElement]
    expect(row.querySelector('pre')?.textContent).toBe('a\nb\nc')
    await user.click(within(row).getByRole('button', { name: 'Show all 5 lines of the code' }))
    expect(row.querySelector('pre')?.textContent).toBe('a\nb\nc\nd\ne')
  })
})

it('is left with Esc', async () => {
  const { user, onClose } = await showRuns([record(1)])
  await rows()
  await user.keyboard('{Escape}')
  expect(onClose).toHaveBeenCalled()
})
