import { expect, test } from 'vitest'
import { NotePage } from './harness/notePage.ts'
import { makeNote } from './harness/notes.ts'
import { picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()

test('Files go in and out of a note, and along with it', async () => {
  const ana = await quire.setUp('ana')
  const id = await makeNote(ana, 'Sums', {
    read: 'print(sum(map(int, open("numbers.csv").read().split(","))))',
    write: 'open("result.txt", "w").write("forty-two"); print("written")',
  })
  const note = await ana.openNote(id)
  const { page } = note
  const openPanel = async () => {
    await page.getByRole('button', { name: 'More about this note' }).click()
    await page.getByRole('menuitem', { name: 'Files', exact: true }).click()
    await page.getByRole('dialog', { name: 'Files' }).waitFor()
  }

  await openPanel()
  await page.getByText('No files yet').waitFor()
  const numbers = { name: 'numbers.csv', mimeType: 'text/csv', buffer: Buffer.from('20,22') }
  await page.getByLabel('Files to upload').setInputFiles(numbers)
  await page.getByRole('link', { name: 'numbers.csv' }).waitFor()
  await page.keyboard.press('Escape')
  await note.run('read')
  await note.showsOutput('read', '42')
  await note.run('write')
  await note.showsOutput('write', 'written')

  await openPanel()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'result.txt' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('result.txt')
  expect(await text(await download.createReadStream())).toBe('forty-two')
  await picture(page, 'files')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'More about this note' }).click()
  await page.getByRole('menuitem', { name: 'Export note' }).click()
  await page.getByLabel(/Archive/).click()
  const [archive] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ])
  expect(archive.suggestedFilename()).toBe('Sums.zip')
  const zip = await bytes(await archive.createReadStream())

  await ana.rest.post(`/nodes/${id}/trash`)
  const home = await ana.open()
  await home
    .getByLabel('Notes to import')
    .setInputFiles({ name: 'Sums.zip', mimeType: 'application/zip', buffer: zip })
  await home.getByRole('region', { name: 'Import' }).getByRole('link', { name: /^Open/ }).click()
  const again = new NotePage(home)
  await again.isOpen()
  await again.showsOutput('read', '42')
  await again.run('read')
  await again.hasRun('read', 'ana')
  await again.showsOutput('read', '42')
})

async function bytes(from: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const some of from) all.push(some)
  return Buffer.concat(all)
}

const text = async (from: AsyncIterable<Uint8Array>) => (await bytes(from)).toString()
