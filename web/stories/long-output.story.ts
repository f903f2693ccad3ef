import { expect, test } from 'vitest'
import type { NotePage } from './harness/notePage.ts'
import { makeNote, share } from './harness/notes.ts'
import { picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()

test('Ten thousand lines stream to two pages, which keep few of them in the document', async () => {
  const ana = await quire.setUp('ana')
  const bob = await quire.invite(ana, 'bob')
  const id = await makeNote(ana, 'Log', {
    lines: 'for i in range(10_000):\n    print("line", i, flush=i % 100 == 0)',
  })
  await share(ana, id, { bob: 'reader' })
  const pages = [await ana.openNote(id), await bob.openNote(id)]

  await pages[0]?.run('lines')
  for (const note of pages) await showsAllLines(note)
  if (pages[0]) await picture(pages[0].page, 'long-output')

  for (const { page } of pages) await page.reload()
  for (const note of pages) await showsAllLines(note)
})

async function showsAllLines(note: NotePage) {
  const log = note.paragraph('lines').getByRole('log', { name: 'Output, 10,000 lines' })
  await log.waitFor()
  await log.evaluate((box) => box.scrollTo(0, box.scrollHeight))
  await log.getByText('line 9999', { exact: true }).waitFor()
  await log.evaluate((box) => box.scrollTo(0, 0))
  await log.getByText('line 0', { exact: true }).waitFor()
  const elements = await note.page.evaluate(() => document.querySelectorAll('*').length)
  expect(elements, 'only lines in view are in the document').toBeLessThan(1500)
}
