import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { NotePage } from './harness/notePage.ts'
import { type Person, picture } from './harness/person.ts'
import { fixtures } from './harness/places.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()
let ana: Person

beforeAll(async () => {
  ana = await quire.setUp('ana')
})

/** Uploads a file on the home page and opens the note it became. */
async function importFile(file: string): Promise<NotePage> {
  const page = await ana.open()
  await page.getByLabel('Notes to import').setInputFiles(file)
  await page.getByRole('region', { name: 'Import' }).getByRole('link', { name: /^Open/ }).click()
  await page.waitForURL(/\/n\/[0-9a-z]{26}$/)
  const note = new NotePage(page)
  await note.isOpen()
  return note
}

const notebook = join(fixtures, 'jupyter/Running Code.ipynb')
const zeppelins = join(fixtures, 'zeppelin/Python Tutorial/1. IPython Basic_2EYDJKFFY.zpln')
const isThere = (file: string) => (existsSync(file) ? test : test.skip)

isThere(notebook)('A Jupyter notebook comes with its text, and its code runs here', async () => {
  const note = await importFile(notebook)
  await note.page.getByRole('heading', { name: 'Running Code' }).waitFor()
  await picture(note.page, 'import-ipynb')
  const [set, print] = [await note.idOf('a = 10'), await note.idOf('print(a)')]
  await note.paragraph(print).getByText('Imported result').waitFor()
  await note.showsOutput(print, '10')
  await note.run(set)
  await note.run(print)
  await note.hasRun(print, 'ana')
  await note.showsOutput(print, '10')
})

isThere(zeppelins)('A Zeppelin note comes with its stored results, and its code runs here', async () => {
  const note = await importFile(zeppelins)
  await picture(note.page, 'import-zpln')
  const timeit = await note.idOf('%timeit range(1000)')
  await note.showsOutput(timeit, '159 ns ± 2.41 ns per loop')
  await note.run(timeit)
  await note.hasRun(timeit, 'ana')
  await note.showsOutput(timeit, /ns per loop/)
  expect(await note.output(timeit).textContent()).not.toContain('159 ns ± 2.41 ns')
})
