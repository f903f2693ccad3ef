import { expect, test } from 'vitest'
import { NotePage } from './harness/notePage.ts'
import { password, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { networkFailures, refused } from './harness/watch.ts'

const quire = givenQuire()

test('From the printed link to a note that has run, and is still there tomorrow', async () => {
  const ana = quire.stranger('ana')
  quire.watch.expect(refused(401)) // asking who one is, before one is anybody
  const page = await ana.open(quire.server.setupLink)

  await page.getByLabel('Your name').fill('ana')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByLabel('Password, once more').fill(password)
  await page.getByRole('radio', { name: /only/i }).check()
  expect(page.url(), 'the secret leaves the address bar').not.toContain('#')
  await page.getByRole('button', { name: 'Set up' }).click()

  await page.getByRole('heading', { name: 'Notes', level: 1 }).waitFor()
  await picture(page, 'first-run-home')
  await page.getByRole('button', { name: /example/i }).click()
  await page.waitForURL(/\/n\/[0-9a-z]{26}$/)
  const note = new NotePage(page)
  await note.isOpen()
  await page.getByRole('button', { name: /^run all/i }).click()

  await showsResults(note)
  await picture(page, 'first-run-note')

  await page.reload()
  await showsResults(note)

  quire.watch.expect(...networkFailures)
  await quire.server.stop()
  await page
    .getByText(/reconnecting/i)
    .first()
    .waitFor()
  await quire.server.start()
  expect(quire.server.printed, 'a link to set up is printed once').not.toContain('/setup#')
  await page.getByText('Connected').waitFor()
  await page.reload()
  await showsResults(note)
})

/** What the example shows: a line of text, a picture, a table and an error. */
async function showsResults({ page }: NotePage) {
  await page.getByText(/^Hello from Python 3/).waitFor()
  await page.getByText('ZeroDivisionError').first().waitFor()
  const drawn = page.locator('[data-pid] img')
  await drawn.first().waitFor()
  expect(await drawn.first().evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(100)
}
