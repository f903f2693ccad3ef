import type { Locator } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { look, opposites } from './harness/looks.ts'
import type { NotePage } from './harness/notePage.ts'
import { makeNote } from './harness/notes.ts'
import type { Person } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { networkFailures } from './harness/watch.ts'

const quire = givenQuire()
let ana: Person
let note: string
/** A line of `more` that was not stored. */
let lost: number

beforeAll(async () => {
  ana = await quire.setUp('ana')
  note = await makeNote(ana, 'Everything', {
    // Many lines at a time: printed one by one they take half a minute.
    lines:
      'for i in range(0, 2_000_000, 5000):\n' +
      '    print("\\n".join(f"line {n} " + ("needle" if n == 777_777 else "of many") for n in range(i, i + 5000)))',
    more: 'rows = ("x" * 63 + "\\n") * 5000\nfor _ in range(300): print(rows, end="")',
    table:
      'rows = "\\n".join(f"{i}\\trow {i}\\t{(i * 7919) % 200_003}\\tBerlin" for i in range(200_000))\n' +
      'display({"text/tab-separated-values": "id\\tname\\tvalue\\tcity\\n" + rows, "text/plain": "a table"}, raw=True)',
  })
  const open = await ana.openNote(note)
  for (const paragraph of ['lines', 'more', 'table']) await open.run(paragraph)
  await open.hasRun('table', 'ana', 240_000)
  await ana.closeBrowser()
  lost = await lostLine('more')
}, 300_000)

test('Two million lines are all there: by number, by what they say, to the last', async () => {
  const open = await ana.openNote(note)
  const log = await boxOf(open, 'lines', 'Output, 2,000,000 lines')
  await log.getByText('line 0 of many', { exact: true }).waitFor()
  await goTo(open, 'lines', 1_500_000)
  await log.getByText('line 1499999 of many', { exact: true }).waitFor()
  await find(open, 'lines', 'NEEDLE')
  await open.paragraph('lines').getByText('line 777,778', { exact: true }).waitFor({ timeout: 60_000 })
  await log.getByText('line 777777 needle', { exact: true }).waitFor()
  await log.evaluate((box) => box.scrollTo(0, box.scrollHeight))
  await log.getByText('line 1999999 of many', { exact: true }).waitFor()
  const elements = await open.page.evaluate(() => document.querySelectorAll('*').length)
  expect(elements, 'only lines in view are in the document').toBeLessThan(2000)
})

test('What was not stored has one row, and the lines behind it their own numbers', async () => {
  const open = await ana.openNote(note)
  const log = await boxOf(open, 'more')
  await goTo(open, 'more', lost)
  await log.getByText(/^⋯ [\d,]+ lines \(\d+ MB\) were not stored ⋯$/).waitFor()
  const around = async () => {
    const rows = await log.locator('pre > div').allTextContents()
    const gap = rows.findIndex((r) => r.startsWith('⋯'))
    return [rows[gap - 2], rows[gap + 1]]
  }
  await expect.poll(around).toEqual(['x'.repeat(63), 'x'.repeat(63)])
})

test('A table of two hundred thousand rows is read where it is looked at, and whole to be sorted', async () => {
  const open = await ana.openNote(note)
  const part = open.paragraph('table')
  await part.scrollIntoViewIfNeeded()
  await part.getByText(/^200,000 rows, \d+(\.\d)? MB$/).waitFor()
  const table = part.getByRole('table', { name: 'Result' })
  await table.evaluate((box) => box.scrollTo(0, 150_000 * 26))
  const row = table.getByRole('row').filter({ hasText: 'row 150000' })
  await row.waitFor()
  expect(await row.getAttribute('aria-rowindex')).toBe('150002')
  await table.getByRole('button', { name: 'value' }).click()
  await table.locator('[aria-sort=ascending]').waitFor({ timeout: 30_000 })
  const first = table.getByRole('row').nth(1)
  await expect.poll(() => first.textContent()).toMatch(/^0row 00Berlin/)
})

test('A page that cannot be read says so in its place, and can be asked for again', async () => {
  const open = await ana.openNote(note)
  const log = await boxOf(open, 'lines', 'Output, 2,000,000 lines')
  await log.getByText('line 0 of many', { exact: true }).waitFor()
  const context = await ana.context()
  quire.watch.expect(...networkFailures)
  await context.route('**/parts/*?*', (route) => route.abort())
  await goTo(open, 'lines', 1_000_000)
  const again = log.getByRole('button', { name: 'Try again' }).last()
  await again.waitFor()
  await look(open.page, 'output-pages-failed')
  await context.unroute('**/parts/*?*')
  await again.click()
  await log.getByText('line 999999 of many', { exact: true }).waitFor()
})

test.each(opposites)('Lines and rows look right: $name', async ({ name, ...options }) => {
  await ana.context(options)
  const open = await ana.openNote(note)
  const log = await boxOf(open, 'lines', 'Output, 2,000,000 lines')
  await goTo(open, 'lines', 1_500_000)
  await log.getByText('line 1499999 of many', { exact: true }).waitFor()
  await look(open.page, `output-pages-lines-${name}`)
  await open.page.route('**/parts/*lines=10000*', () => {}) // what is searched never comes
  await find(open, 'lines', 'nowhere')
  await open.paragraph('lines').getByRole('progressbar', { name: 'Searching' }).waitFor()
  await look(open.page, `output-pages-search-${name}`)
  await open.paragraph('lines').getByRole('button', { name: 'Cancel' }).click()
  await open.paragraph('lines').getByText('stopped', { exact: true }).waitFor()
  const more = await boxOf(open, 'more')
  await goTo(open, 'more', lost)
  await more.getByText(/were not stored/).waitFor()
  await look(open.page, `output-pages-gap-${name}`)
  const part = open.paragraph('table')
  await part.scrollIntoViewIfNeeded()
  await part.getByText(/^200,000 rows/).waitFor()
  await part.getByRole('table').evaluate((box) => box.scrollTo(0, 150_000 * 26))
  await part.getByText('row 150000', { exact: true }).waitFor()
  await look(open.page, `output-pages-table-${name}`)
  await open.page.route('**/parts/*offset=*', () => {})
  await part.getByRole('button', { name: 'value' }).click()
  await part.getByRole('progressbar', { name: /Sorting/ }).waitFor()
  await look(open.page, `output-pages-sort-${name}`)
  await ana.closeBrowser()
})

/** The box of a paragraph's output, in view. */
async function boxOf(open: NotePage, paragraph: string, name?: string): Promise<Locator> {
  const log = open.paragraph(paragraph).getByRole('log', { name }).first()
  await open.paragraph(paragraph).scrollIntoViewIfNeeded()
  await log.waitFor()
  await log.scrollIntoViewIfNeeded()
  return log
}

async function goTo(open: NotePage, paragraph: string, line: number) {
  const box = open.paragraph(paragraph).getByRole('spinbutton', { name: 'Go to line' }).first()
  await box.fill(String(line))
  await box.press('Enter')
}

async function find(open: NotePage, paragraph: string, text: string) {
  const box = open.paragraph(paragraph).getByRole('searchbox')
  await box.fill(text)
  await box.press('Enter')
}

/** The number of the first line of which nothing was stored; the first part has all until then. */
async function lostLine(paragraph: string): Promise<number> {
  const path = `/notes/${note}/runs`
  const { runs } = await ana.rest.get<{ runs: { id: string }[] }>(`${path}?paragraph=${paragraph}`)
  const { parts } = await ana.rest.get<{ parts: { gapLine: number }[] }>(`${path}/${runs[0]?.id}/parts`)
  return (parts[0]?.gapLine ?? 0) + 2
}
