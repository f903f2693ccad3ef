// docs/guide/a-day.md, told by doing it: what the guide says to press is pressed here.
import { afterAll, beforeAll, expect, type TestContext, test, vi } from 'vitest'
import { NotePage } from './harness/notePage.ts'
import { illustrate, type Person } from './harness/person.ts'
import { Postgres } from './harness/postgres.ts'
import { givenQuire } from './harness/quire.ts'

vi.setConfig({ testTimeout: 2 * 120_000 })
const quire = givenQuire('--kernel-memory', '1GB')
const look = { viewport: { width: 1200, height: 760 }, colorScheme: 'light' } as const

/** What a run may take that loads libraries, or fetches them, ms. */
const patience = 120_000

let ana: Person
let bob: Person
let max: Person
let id = ''
let shop: Postgres | undefined

beforeAll(async () => {
  if (Postgres.isHere)
    shop = await Postgres.start(
      `CREATE TABLE orders (city text, item text, cups int);
       INSERT INTO orders VALUES ('Berlin', 'espresso', 310), ('Berlin', 'filter', 122),
         ('Lisbon', 'espresso', 540), ('Lisbon', 'filter', 35), ('Oslo', 'filter', 402)`,
    )
  max = await quire.setUp('max')
  ana = await quire.invite(max, 'ana')
  bob = await quire.invite(max, 'bob')
})

afterAll(async () => shop?.remove())

const months = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06']
const cities = {
  Berlin: [310, 342, 401, 455, 520, 548],
  Lisbon: [540, 522, 610, 655, 700, 742],
  Oslo: [402, 390, 371, 350, 322, 301],
}
const sales = [
  'month,city,cups',
  ...Object.entries(cities).flatMap(([city, cups]) => cups.map((n, i) => `${months[i]},${city},${n}`)),
].join('\n')

async function openNote(): Promise<NotePage> {
  await ana.context(look)
  return ana.openNote(id)
}

/** Runs a paragraph that is added for it, and waits until it has ended. */
async function runs(note: NotePage, text: string): Promise<string> {
  const paragraph = await note.add(text)
  await note.page.keyboard.press('Control+Enter')
  await note.hasRun(paragraph, 'ana', patience)
  return paragraph
}

/** The sandbox that foreign HTML is shown in. */
const inFrame = (note: NotePage, paragraph: string) => note.output(paragraph).frameLocator('iframe')

test('A note, and a file for it', async () => {
  await ana.context(look)
  const page = await ana.open()
  await page.getByRole('main').getByRole('button', { name: 'New note' }).click()
  const dialog = page.getByRole('dialog', { name: 'New note' })
  await dialog.getByLabel('Name').fill('Coffee')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await page.waitForURL(/\/n\/[0-9a-z]{26}$/)
  id = page.url().slice(-26)
  const note = new NotePage(page)

  await note.choose('Files')
  const file = { name: 'sales.csv', mimeType: 'text/csv', buffer: Buffer.from(sales) }
  await page.getByLabel('Files to upload').setInputFiles(file)
  await page.getByRole('link', { name: 'sales.csv' }).waitFor()
  await illustrate(page, 'files')
  await page.keyboard.press('Escape')

  const load = await runs(
    note,
    'import pandas as pd\nsales = pd.read_csv("sales.csv", parse_dates=["month"])\nsales.tail(3)',
  )
  await inFrame(note, load).getByText('Oslo').first().waitFor()
})

test('A table and a picture', async () => {
  const note = await openNote()
  const draw = await runs(
    note,
    `import matplotlib.pyplot as plt
by_city = sales.pivot(index="month", columns="city", values="cups")
by_city.plot(figsize=(7, 2.6), marker="o", ylabel="cups")
plt.show()`,
  )
  const picture = note.output(draw).locator('img')
  await picture.waitFor()
  expect(await picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(300)
  await illustrate(note.page, 'chart', note.paragraph(draw))
})

test('Two in one note', async () => {
  const note = await openNote()
  await note.page.getByRole('button', { name: /^Share/ }).click()
  const dialog = note.page.getByRole('dialog', { name: 'Share “Coffee”' })
  await dialog.getByLabel('Add people or groups').fill('bob')
  await dialog.getByRole('option', { name: 'bob' }).click()
  await dialog.getByLabel('They').selectOption('writer')
  await dialog.getByRole('button', { name: 'Share', exact: true }).click()
  await dialog.getByText(/Saved\./).waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()

  await bob.context(look)
  const bobs = await bob.openNote(id)
  const chart = await note.idOf('pivot')
  await bobs.type(chart, '  # by city')
  await note.caretOf('bob').waitFor()
  await expect.poll(() => note.text(chart)).toContain('# by city')
  await illustrate(note.page, 'note', note.paragraph(chart))
})

test('A package from PyPI, and a widget with it', async (context) => {
  const note = await openNote()
  const install = await runs(note, '%pip install -q ipywidgets')
  const widget = await note.add(`from ipywidgets import interact, IntSlider
@interact(cups=IntSlider(400, 0, 800, step=50, continuous_update=False))
def at_least(cups):
    print(sorted(sales[sales.cups >= cups].city.unique()))`)
  await note.page.keyboard.press('Control+Enter')
  await note.hasRun(widget, 'ana', patience)
  await skipWithout(note, widget, install, context)
  const frame = inFrame(note, widget)
  await frame.getByText("['Berlin', 'Lisbon', 'Oslo']").waitFor()
  await frame.getByRole('slider').press('ArrowRight')
  await frame.getByText("['Berlin', 'Lisbon']").waitFor()
  await illustrate(note.page, 'widget', note.paragraph(widget))
})

/** Leaves the story out where pip found nothing to install from. */
async function skipWithout(note: NotePage, widget: string, install: string, context: TestContext) {
  const failed = (await note.output(widget).getByText('ModuleNotFoundError').count()) > 0
  if (failed) context.skip(`ipywidgets cannot be installed: ${await note.output(install).textContent()}`)
}

test('SQL on a connection that an administrator has made', async (context) => {
  if (!shop) return context.skip('Debian’s Postgres is not installed')
  await max.context(look)
  const page = await max.open()
  await page.getByRole('button', { name: /^max/ }).click()
  await page.getByRole('menuitem', { name: 'Interpreters' }).click()
  await page.getByRole('tab', { name: 'Connections' }).click()
  await page.getByRole('button', { name: 'New connection' }).click()
  const dialog = page.getByRole('dialog', { name: 'New connection' })
  await dialog.getByLabel('Name', { exact: true }).fill('shop')
  await dialog.getByLabel('Host').fill('127.0.0.1')
  await dialog.getByLabel('Port').fill(String(shop.port))
  await dialog.getByLabel('User', { exact: true }).fill(shop.user)
  await dialog.getByLabel('Password').fill(shop.password)
  await dialog.getByLabel('Database', { exact: true }).fill(shop.database)
  await dialog.getByLabel('Read-only').check()
  await dialog.getByRole('radio', { name: 'Everyone with an account' }).check()
  await dialog.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('button', { name: 'Actions for shop' }).click()
  await page.getByRole('menuitem', { name: 'Test' }).click()
  await page.getByText(/“shop” answers: .*PostgreSQL/).waitFor()

  const note = await openNote()
  const query = await runs(
    note,
    '%sql(shop)\nselect city, sum(cups) as cups from orders\ngroup by city order by cups desc',
  )
  await note.showsOutput(query, 'Lisbon')
  await note.showsOutput(query, '575')
  await illustrate(note.page, 'sql', note.paragraph(query))
  const write = await runs(note, '%sql(shop)\ndelete from orders')
  await note.showsOutput(write, /read-only/)
})

test('A paragraph of R', async (context) => {
  const { interpreters } = await ana.rest.get<{ interpreters: { name: string }[] }>('/interpreters')
  if (!interpreters.some((i) => i.name === 'ir')) return context.skip('R’s kernel is not installed')
  const note = await openNote()
  const fit = await runs(note, '%ir\nsales <- read.csv("sales.csv")\naggregate(cups ~ city, sales, mean)')
  await inFrame(note, fit).getByText('Lisbon').waitFor()
  await illustrate(note.page, 'r', note.paragraph(fit))
})

test('Code that asks', async () => {
  const note = await openNote()
  const ask = await note.add(
    'city = input("Which city? ")\nprint(city, "sold", sales[sales.city == city].cups.sum(), "cups in six months")',
  )
  await note.page.keyboard.press('Control+Enter')
  const field = note.paragraph(ask).getByRole('textbox', { name: 'Which city?' })
  await field.fill('Oslo')
  await illustrate(note.page, 'input', note.paragraph(ask))
  await field.press('Enter')
  await note.showsOutput(ask, 'Oslo sold 2136')
})

test('Code that does not end, and code that takes too much', async () => {
  const note = await openNote()
  const loop = await note.add('print("counting")\nwhile True:\n    pass')
  await note.page.keyboard.press('Control+Enter')
  await note.showsOutput(loop, 'counting')
  await note.stop(loop)
  await note.showsOutput(loop, /KeyboardInterrupt/)
  const still = await runs(note, 'len(sales)')
  await note.showsOutput(still, '18')

  const greedy = await runs(note, 'rows = []\nwhile True:\n    rows.append(list(range(1_000_000)))')
  await note
    .paragraph(greedy)
    .getByText(/more than 1\.0 GB of memory/)
    .first()
    .waitFor()
  await illustrate(note.page, 'memory', note.paragraph(greedy))
  const fresh = await runs(note, '"sales" in globals()')
  await note.showsOutput(fresh, 'False')
})

test('What was run, and a copy to take along', async () => {
  const note = await openNote()
  const { page } = note
  await note.choose('Runs')
  const panel = page.getByRole('dialog', { name: 'Runs' })
  await panel.getByRole('listitem').filter({ hasText: 'GB of memory' }).waitFor()
  await illustrate(page, 'runs')
  await page.keyboard.press('Escape')

  await note.choose('Export note')
  await page.getByRole('radio', { name: /Jupyter notebook/ }).check()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('Coffee.ipynb')

  await note.choose('Clone note')
  await page.getByLabel('Copy its files too').check()
  await illustrate(page, 'clone')
  await page.getByRole('button', { name: 'Clone', exact: true }).click()
  await page.waitForURL((url) => !url.pathname.endsWith(id))
  const clone = page.url().slice(-26)
  const { entries } = await ana.rest.get<{ entries: { name: string }[] }>(`/notes/${clone}/files`)
  expect(entries.map((e) => e.name)).toContain('sales.csv')
})
