import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it } from 'vitest'
import { expectAccessible, show } from '../../testing/components'
import { away, type Call, fakeApi } from '../../testing/fakeApi'
import { answerLines, type FakePart } from '../../testing/fakeLines'
import type { PartState } from '../replica/output'
import { OutputView } from './OutputView'

const route = 'GET /notes/n/runs/r/parts/0'
const text = (i: number) => `line ${i}`
const million: FakePart = { count: 1_000_000, text }

let calls: Call[]
const asked = () => calls.map((c) => Number(c.query.get('line')))

/** Two million lines of which only the beginning came unasked. */
const stream = (p: Partial<PartState> = {}): PartState => ({
  part: 0,
  kind: 'stream',
  name: 'stdout',
  revision: 0,
  head: 'line 0\nline 1\n',
  headBytes: 14,
  tail: '',
  tailAt: 0,
  end: 14,
  bytes: 12_000_000,
  missing: 0,
  lines: 999_999,
  gapLine: 0,
  gapLines: 0,
  ...p,
})

const view = (part: PartState, isLive = false) => (
  <OutputView
    note="n"
    output={{ run: 'r', paragraph: 'p', parts: [part], complete: !isLive }}
    isLive={isLive}
  />
)

const log = () => screen.getByRole('log')
const scrollTo = (row: number) => {
  log().scrollTop = row * 18
  fireEvent.scroll(log())
}
const goTo = (line: number) => {
  const box = screen.getByRole('spinbutton', { name: 'Go to line' })
  fireEvent.change(box, { target: { value: String(line) } })
  fireEvent.submit(box)
}
const find = (wanted: string, shiftKey = false) => {
  const box = screen.getByRole('searchbox')
  fireEvent.change(box, { target: { value: wanted } })
  fireEvent.keyDown(box, { key: 'Enter', shiftKey })
}

beforeEach(() => {
  calls = fakeApi({ [route]: (call: Call) => answerLines(million, call) })
})

it('counts all lines that were printed and reads those in view', async () => {
  show(view(stream()))
  expect(log().getAttribute('aria-label')).toBe('Output, 1,000,000 lines')
  expect(log().getAttribute('aria-busy')).toBe('true')
  await screen.findByText('line 5')
  expect(log().getAttribute('aria-busy')).toBe('false')
  scrollTo(5500)
  await screen.findByText('line 5500')
  expect(asked()).toEqual([0, 5000])
  expect(calls[1]?.query.get('lines')).toBe('1000')
  await expectAccessible()
})

it('goes to a line by its number, and keeps pages that were read', async () => {
  show(view(stream()))
  await screen.findByText('line 5')
  goTo(900_000)
  await screen.findByText('line 899999')
  expect(asked().slice(1)).toContain(899_000)
  scrollTo(0)
  await screen.findByText('line 5')
  expect(asked().filter((l) => l === 0)).toHaveLength(1)
})

it('forgets pages when there are many', async () => {
  show(view(stream()))
  for (let page = 0; page <= 21; page++) {
    scrollTo(page * 1000 + 500)
    await screen.findByText(`line ${page * 1000 + 500}`)
  }
  scrollTo(500)
  await screen.findByText('line 500')
  expect(asked().filter((l) => l === 0)).toHaveLength(2)
})

it('asks for nothing that came unasked', async () => {
  const head = Array.from({ length: 2500 }, (_, i) => `line ${i}\n`).join('')
  const tail = Array.from({ length: 1500 }, (_, i) => `\nline ${i + 998_500}`).join('')
  show(
    view(stream({ head, headBytes: head.length, tail, tailAt: 12_000_000 - tail.length, end: 12_000_000 })),
  )
  expect(screen.getByText('line 5')).toBeTruthy()
  goTo(1_000_000)
  expect(await screen.findByText('line 999999')).toBeTruthy()
  expect(asked()).toEqual([])
})

it('gives up pages that were scrolled past, and asks for two at once', async () => {
  calls = fakeApi({ [route]: () => new Promise(() => {}) })
  show(view(stream()))
  scrollTo(8000)
  await waitFor(() => expect(asked()).toEqual([7000, 8000]))
  scrollTo(20_500)
  expect(calls.map((c) => c.signal?.aborted)).toEqual([true, true])
  scrollTo(30_500)
  await waitFor(() => expect(asked()).toEqual([7000, 8000, 30_000]))
  find('line 77')
  await waitFor(() => expect(calls).toHaveLength(4))
  scrollTo(40_000)
  await waitFor(() => expect(calls).toHaveLength(5))
  expect(calls.filter((c) => !c.signal?.aborted)).toHaveLength(2)
})

it('says in one row what was not stored, and numbers what follows rightly', async () => {
  const gap = { line: 1500, lines: 400_000 }
  calls = fakeApi({ [route]: (call: Call) => answerLines({ ...million, gap }, call) })
  show(view(stream({ missing: 5_000_000, gapLine: 1500, gapLines: 400_000 })))
  expect(log().getAttribute('aria-label')).toBe('Output, 1,000,000 lines')
  scrollTo(1500)
  await screen.findByText('line 401505')
  const rows = Array.from(log().querySelectorAll('pre > div'), (d) => d.textContent)
  expect(rows.slice(rows.indexOf('line 1499'))).toEqual([
    'line 1499',
    'line 1500',
    '⋯ 400,000 lines (5.0 MB) were not stored ⋯',
    'line 401501',
    'line 401502',
    'line 401503',
    'line 401504',
    'line 401505',
    'line 401506',
  ])
  goTo(700_001)
  await screen.findByText('line 700000')
  goTo(300_000)
  expect(await screen.findByText(/were not stored/)).toBeTruthy()
})

it('ends a line that is too long with an ellipsis, and says so', async () => {
  const long = { ...million, text: (i: number) => (i === 3 ? 'x'.repeat(300_000) : text(i)) }
  calls = fakeApi({ [route]: (call: Call) => answerLines(long, call) })
  show(view(stream()))
  expect((await screen.findByText(/^x+…$/)).textContent).toHaveLength(4001)
  expect(screen.getByText('line 4')).toBeTruthy()
  expect(screen.getByText(/the download has them whole/)).toBeTruthy()
})

it('shows colours, each line in a row of its own', async () => {
  const lines = ['\x1b[31mred', 'still\x1b[0m', 'a\x1b[Ab\x1b[2Jc', '10%\r20%']
  calls = fakeApi({ [route]: (call: Call) => answerLines({ ...million, text: (i) => lines[i] ?? '' }, call) })
  show(view(stream()))
  await screen.findByText('red')
  const rows = Array.from(log().querySelectorAll('pre > div'))
  expect(rows.slice(0, 4).map((r) => r.textContent?.trim())).toEqual(['red', 'still', 'c', '20%'])
  expect(rows.slice(0, 3).map((r) => r.querySelector('span') !== null)).toEqual([true, true, false])
})

it.each([
  ['on another page, whatever its case', 1, 'LINE 45678', false, 'line 45,679'],
  ['behind where it is', 45_679, 'line 45678', false, 'line 456,781'],
  ['before where it is', 456_781, 'line 45678', true, 'line 45,679'],
  ['the nearest before it on a page', 50_000, 'line 1000', true, 'line 10,010'],
  ['around the end', 900_000, 'line 33333', false, 'line 33,334'],
  ['around the beginning', 900_000, 'line 999998', true, 'line 999,999'],
  ['the line where it is, if no other has it', 500_001, 'line 500000', false, 'line 500,001'],
  ['that line backwards too', 500_001, 'line 500000', true, 'line 500,001'],
  ['nothing', 500_001, 'line 500000 ', true, 'not found'],
])('finds %s', async (_, from, wanted, back, said) => {
  show(view(stream()))
  goTo(from)
  find(wanted, back)
  const where = await screen.findByText(said)
  expect(where.getAttribute('role')).toBe('status')
  if (said !== 'not found')
    await screen.findByText((_, e) => e?.className.includes('found') === true && e.textContent !== '')
})

it.each([
  ['on', 250_000, 'line 2', false, 'line 250,001'],
  ['back', 150_000, 'line 1', true, 'line 150,000'],
])('looks from what is in view %s', async (_, top, wanted, back, said) => {
  show(view(stream()))
  scrollTo(top)
  find(wanted, back)
  expect(await screen.findByText(said)).toBeTruthy()
})

it('finds on both sides of what was not stored', async () => {
  const gap = { line: 1500, lines: 400_000 }
  calls = fakeApi({ [route]: (call: Call) => answerLines({ ...million, gap }, call) })
  show(view(stream({ missing: 5_000_000, gapLine: 1500, gapLines: 400_000 })))
  find('line 40150')
  expect(await screen.findByText('line 401,502')).toBeTruthy()
  find('line 150', true)
  expect(await screen.findByText('line 1,501')).toBeTruthy()
  expect(asked().length).toBeLessThan(20)
})

it('can stop looking', async () => {
  const answers: (() => void)[] = []
  calls = fakeApi({
    [route]: (call: Call) =>
      call.query.get('lines') === '10000'
        ? new Promise((resolve) => answers.push(() => resolve(answerLines(million, call))))
        : answerLines(million, call),
  })
  const { user } = show(view(stream()))
  find('nowhere')
  const bar = await screen.findByRole('progressbar', { name: 'Searching' })
  await waitFor(() => expect(answers).toHaveLength(1))
  act(() => answers[0]?.())
  await waitFor(() => expect(Number(bar.getAttribute('value'))).toBeCloseTo(0.01))
  await waitFor(() => expect(answers).toHaveLength(2))
  await user.click(screen.getByRole('button', { name: 'Cancel' }))
  expect(screen.getByText('stopped')).toBeTruthy()
  expect(screen.queryByRole('progressbar')).toBeNull()
  expect(calls.findLast((c) => c.query.get('lines') === '10000')?.signal?.aborted).toBe(true)
})

it('gives up what it reads when it leaves the page', async () => {
  calls = fakeApi({ [route]: () => new Promise(() => {}) })
  const { unmount } = show(view(stream()))
  await waitFor(() => expect(asked()).toEqual([0]))
  find('nowhere')
  await waitFor(() => expect(calls).toHaveLength(2))
  unmount()
  expect(calls.map((c) => c.signal?.aborted)).toEqual([true, true])
})

it('says in place that a page could not be read, and tries again', async () => {
  let isAway = true
  calls = fakeApi({ [route]: (call: Call) => (isAway ? away() : answerLines(million, call)) })
  const { user } = show(view(stream()))
  await screen.findAllByText(/Could not be read: The server cannot be reached/)
  await expectAccessible()
  isAway = false
  await user.click(screen.getAllByRole('button', { name: 'Try again' })[0] as HTMLElement)
  await screen.findByText('line 5')
})

it('tries again when the network is back', async () => {
  let isAway = true
  calls = fakeApi({ [route]: (call: Call) => (isAway ? away() : answerLines(million, call)) })
  show(view(stream()))
  await screen.findAllByText(/Could not be read/)
  isAway = false
  fireEvent(window, new Event('online'))
  await screen.findByText('line 5')
})

it('begins anew when the output was replaced', async () => {
  calls = fakeApi({
    [route]: (call: Call) => answerLines({ ...million, revision: 4, text: (i) => `new ${i}` }, call),
  })
  const { rerender } = show(view(stream({ revision: 3 })))
  await screen.findByText(/This output was replaced/)
  const before = calls.length
  scrollTo(50_000)
  rerender(view(stream({ revision: 4 })))
  scrollTo(0)
  await screen.findByText('new 5')
  expect(screen.queryByText(/This output was replaced/)).toBeNull()
  expect(calls.slice(before).every((c) => c.query.get('revision') === '4')).toBe(true)
})

it('shows beginning and end while it runs, and all of it by line once it has ended', async () => {
  const { rerender } = show(view(stream(), true))
  scrollTo(0)
  expect(screen.getByText('⋯ 12 MB not loaded ⋯')).toBeTruthy()
  expect(calls).toEqual([])
  rerender(view(stream()))
  await screen.findByText('line 5')
})

it('reads the last page again when more was printed since', async () => {
  const few = { ...million, count: 100 }
  calls = fakeApi({ [route]: (call: Call) => answerLines(few, call) })
  const part = stream({ head: '', headBytes: 0, end: 0, lines: 99, bytes: 800 })
  const { rerender } = show(view(part))
  await screen.findByText('line 5')
  few.count = 120
  rerender(view({ ...part, lines: 119, bytes: 1000 }))
  scrollTo(110)
  await screen.findByText('line 110')
})

it('shows beginning and end of what has hardly any line breaks', () => {
  show(view(stream({ lines: 3 })))
  expect(screen.getByText(/12 MB in the middle are not loaded/)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Download' })).toBeTruthy()
  expect(calls).toEqual([])
})
