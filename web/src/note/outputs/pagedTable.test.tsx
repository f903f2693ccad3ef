import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it } from 'vitest'
import { expectAccessible, show } from '../../testing/components'
import { away, type Call, fakeApi } from '../../testing/fakeApi'
import { answerLines, type FakePart } from '../../testing/fakeLines'
import type { PartState } from '../replica/output'
import { OutputView } from './OutputView'

const route = 'GET /notes/n/runs/r/parts/0'
const text = (i: number) => (i === 0 ? 'name\tvalue' : `row ${i}\t${(i * 7) % 100_001}`)
const many: FakePart = { count: 200_001, text }

let calls: Call[]
const asked = () => calls.map((c) => Number(c.query.get('line')))

/** A table of which only the description came. */
const table = (p: Partial<PartState> = {}): PartState => ({
  part: 0,
  kind: 'display',
  revision: 0,
  head: '',
  headBytes: 0,
  tail: '',
  tailAt: 0,
  end: 0,
  bytes: 8_000_000,
  missing: 0,
  lines: 200_001,
  gapLine: 0,
  gapLines: 0,
  table: 'plain',
  ...p,
})

const view = (part: PartState) => (
  <OutputView note="n" output={{ run: 'r', paragraph: 'p', parts: [part], complete: true }} isLive={false} />
)

const grid = () => screen.findByRole('table')
const cell = (name: string) => screen.findByRole('cell', { name })
const scrollTo = async (row: number) => {
  const box = await grid()
  box.scrollTop = row * 26
  fireEvent.scroll(box)
}

beforeEach(() => {
  calls = fakeApi({ [route]: (call: Call) => answerLines(many, call) })
})

it('has the columns and the rows in view, each with its number', async () => {
  show(view(table()))
  expect(screen.getByText('Reading the table…')).toBeTruthy()
  expect((await grid()).getAttribute('aria-rowcount')).toBe('200001')
  expect(screen.getAllByRole('columnheader').map((c) => c.textContent)).toEqual(['name', 'value'])
  expect(screen.getByText('200,000 rows, 8.0 MB')).toBeTruthy()
  await scrollTo(150_000)
  const row = (await cell('row 150001')).closest('[role=row]')
  expect(row?.getAttribute('aria-rowindex')).toBe('150002')
  expect(row?.textContent).toBe(`row 150001${(150_001 * 7) % 100_001}`)
  expect(asked()).toEqual([0, 200_000, 149_500, 150_000])
  expect(calls[0]?.query.get('lines')).toBe('500')
  await expectAccessible()
})

it('reads each page where it belongs, the last row too', async () => {
  show(view(table()))
  await scrollTo(498)
  expect(await cell('row 499')).toBeTruthy()
  expect(await cell('row 500')).toBeTruthy()
  await scrollTo(199_999)
  const row = (await cell('row 200000')).closest('[role=row]')
  expect(row?.getAttribute('aria-rowindex')).toBe('200001')
})

it('has columns wide enough for its last rows', async () => {
  show(view(table()))
  await grid()
  const head = screen.getAllByRole('row')[0]
  expect(head?.style.gridTemplateColumns).toBe('calc(10ch + 20px) calc(7ch + 20px)') // row 200000
})

it('tells NULL from its name in an escaped table', async () => {
  const cells = ['a\tb', '\\N\t\\\\N', 'x\\ty\tz']
  calls = fakeApi({ [route]: (call: Call) => answerLines({ count: 3, text: (i) => cells[i] ?? '' }, call) })
  show(view(table({ table: 'escaped', lines: 3 })))
  expect((await cell('NULL')).querySelector('span')).toBeTruthy()
  expect((await cell('\\N')).querySelector('span')).toBeNull()
  expect(screen.getByRole('cell', { name: 'x\ty' })).toBeTruthy()
})

it('ends what is too long with an ellipsis', async () => {
  const long: FakePart = { count: 4, text: (i) => (i === 1 ? `a\t${'x'.repeat(1_100_000)}` : `${i}\tb`) }
  calls = fakeApi({ [route]: (call: Call) => answerLines(long, call) })
  show(view(table({ lines: 4 })))
  await cell('3')
  const cells = screen.getAllByRole('cell')
  expect(cells[1]?.textContent).toBe(`${'x'.repeat(10_000)}…`)
  expect(cells.slice(2).map((c) => c.textContent)).toEqual(['2', 'b', '3', 'b'])
})

it('says that the server cut a row', async () => {
  const long: FakePart = { count: 3, text: (i) => (i === 1 ? 'a\tb'.padEnd(20) : `${i}\tb`) }
  const cut = (call: Call) => {
    call.query.set('limit', '10')
    return answerLines(long, call)
  }
  calls = fakeApi({ [route]: cut })
  show(view(table({ lines: 3 })))
  await cell('2')
  expect(screen.getAllByRole('cell')[1]?.textContent).toBe('b       …')
})

/** Answers reads by bytes with the bundle of a table, each when it is let. */
function wholeTable(rows: number) {
  const tsv = Array.from({ length: rows + 1 }, (_, i) => text(i)).join('\n')
  const json = new TextEncoder().encode(JSON.stringify({ data: { 'text/tab-separated-values': tsv } }))
  const letting: (() => void)[] = []
  const answer = (call: Call) => {
    if (call.query.has('line')) return answerLines({ count: rows + 1, text }, call)
    const from = Number(call.query.get('offset'))
    const body = json.slice(from, from + Number(call.query.get('limit')))
    return new Promise((resolve) => letting.push(() => resolve(new Response(body))))
  }
  return { answer, letting, part: table({ bytes: json.length, lines: rows + 1 }) }
}

it('reads all rows to sort them, and says how far it is', async () => {
  const { answer, letting, part } = wholeTable(100_000)
  calls = fakeApi({ [route]: answer })
  const { user, rerender } = show(view(part))
  await grid()
  await user.click(screen.getByRole('button', { name: 'value' }))
  const bar = await screen.findByRole('progressbar', { name: /Sorting needs all rows/ })
  await waitFor(() => expect(letting).toHaveLength(1))
  act(() => letting[0]?.())
  await waitFor(() => expect(Number(bar.getAttribute('value'))).toBeGreaterThan(0.5))
  await waitFor(() => expect(letting).toHaveLength(2))
  act(() => letting[1]?.())
  await cell('row 14286') // 14286 * 7 = 100002
  expect(screen.getByRole('columnheader', { name: 'value' }).getAttribute('aria-sort')).toBe('ascending')
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'value' }))
  expect(screen.getByText('100,000 rows')).toBeTruthy()
  rerender(view({ ...part, revision: 1 }))
  expect(screen.getByText('Reading the table…')).toBeTruthy()
})

it('can be told not to sort after all', async () => {
  const { answer, letting, part } = wholeTable(10_000)
  calls = fakeApi({ [route]: answer })
  const { user } = show(view(part))
  await grid()
  await user.click(screen.getByRole('button', { name: 'value' }))
  await waitFor(() => expect(letting).toHaveLength(1))
  await user.click(screen.getByRole('button', { name: 'Cancel' }))
  expect(calls.at(-1)?.signal?.aborted).toBe(true)
  expect(screen.queryByRole('progressbar')).toBeNull()
  expect(screen.getByRole('columnheader', { name: 'value' }).getAttribute('aria-sort')).toBe('none')
})

it('does not read more than it may to sort', async () => {
  const { user } = show(view(table({ bytes: 48_000_000 })))
  await grid()
  await user.click(screen.getByRole('button', { name: 'value' }))
  expect(screen.getByText('Sorting needs all rows, and 48 MB are too many.')).toBeTruthy()
  expect(calls.every((c) => c.query.has('line'))).toBe(true)
})

it('says in place what could not be read, and tries again', async () => {
  let isAway = true
  calls = fakeApi({ [route]: (call: Call) => (isAway ? away() : answerLines(many, call)) })
  const { user } = show(view(table()))
  await screen.findByText(/Could not be read/)
  isAway = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await cell('row 1')
  isAway = true
  await scrollTo(100_000)
  await screen.findAllByText(/Could not be read/)
  await expectAccessible()
  isAway = false
  await user.click(screen.getAllByRole('button', { name: 'Try again' })[0] as HTMLElement)
  await cell('row 100001')
})

it('begins anew when the table was replaced', async () => {
  const newer = { count: 5, text: (i: number) => `new ${i}`, revision: 2 }
  calls = fakeApi({
    [route]: (call: Call) =>
      answerLines(
        call.query.get('revision') === '1' && asked().length < 3 ? { ...many, revision: 1 } : newer,
        call,
      ),
  })
  const { rerender } = show(view(table({ revision: 1 })))
  await cell('row 1')
  await scrollTo(50_000)
  await screen.findByText(/This table was replaced/)
  rerender(view(table({ revision: 2, lines: 5 })))
  await cell('new 4')
  expect((await grid()).getAttribute('aria-rowcount')).toBe('5')
})

it('leaves what is no table to a button', async () => {
  calls = fakeApi({
    [route]: ({ query }: Call) =>
      new Response(query.get('offset') === '0' ? '{"data":{"text/plain":"much"}}' : ''),
  })
  const { user } = show(view(table({ table: undefined, lines: 0 })))
  expect(screen.getByText(/8.0 MB, too much to be shown unasked/)).toBeTruthy()
  expect(calls).toEqual([])
  await user.click(screen.getByRole('button', { name: 'Show it' }))
  await screen.findByText('much')
})
