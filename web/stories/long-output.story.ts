import { beforeAll, expect, test } from 'vitest'
import type { NotePage } from './harness/notePage.ts'
import { makeNote, share } from './harness/notes.ts'
import { type Person, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()
let ana: Person

beforeAll(async () => {
  ana = await quire.setUp('ana')
})

test('Ten thousand lines stream to two pages, which keep few of them in the document', async () => {
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

test('Thirty megabytes do not freeze the page, and all lines can be read', {
  timeout: 150_000,
}, async () => {
  const id = await makeNote(ana, 'Much', {
    lines:
      'line = "x" * 95\nfor start in range(0, 300_000, 10_000):\n    print("\\n".join(f"{i} {line}" for i in range(start, start + 10_000)))',
    oneline: 'print("y" * 10_000_000)',
  })
  const note = await ana.openNote(id)
  await note.run('lines')
  await note.run('oneline')
  await note.hasRun('oneline', 'ana', 60_000)
  const part = note.paragraph('lines')
  const log = part.getByRole('log', { name: 'Output, 300,000 lines' })
  await log.getByText(/^299999 x/).waitFor() // it followed the end, and stays there
  await picture(note.page, 'long-output-ended')
  await log.evaluate((box) => box.scrollTo(0, 0))
  await part.getByRole('searchbox').fill('299999 xxx')
  await part.getByRole('searchbox').press('Enter')
  await log.getByText(/^299999 x/).waitFor()
  await part.getByRole('spinbutton', { name: 'Go to line' }).fill('40001')
  await part.getByRole('spinbutton', { name: 'Go to line' }).press('Enter')
  await log.getByText(/^40000 x/).waitFor()
  await note
    .paragraph('oneline')
    .getByText(/in the middle are not loaded/)
    .waitFor()
  await picture(note.page, 'long-output-found')
  const longest = await note.page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let worst = 0
        let last = performance.now()
        let frames = 0
        const frame = (now: number) => {
          worst = Math.max(worst, now - last)
          last = now
          if (frames++ < 30) requestAnimationFrame(frame)
          else resolve(worst)
        }
        requestAnimationFrame(frame)
      }),
  )
  expect(longest, 'the longest pause between two frames, ms').toBeLessThan(2000)
  const elements = await note.page.evaluate(() => document.querySelectorAll('*').length)
  expect(elements, 'only lines in view are in the document').toBeLessThan(2000)
})

test('What a thread prints later appears, and a display is rewritten where it stands', async () => {
  const id = await makeNote(ana, 'Late', {
    late: 'import threading\nthreading.Timer(1, print, ["from the thread"]).start()\nprint("the cell ends")',
    show: 'from IPython.display import display\nh = display("first", display_id=True)',
    update: 'h.update("second")',
  })
  const note = await ana.openNote(id)
  await note.run('late')
  await note.showsOutput('late', 'the cell ends')
  await note.hasRun('late', 'ana')
  await note.showsOutput('late', 'from the thread')
  await note.run('show')
  await note.showsOutput('show', 'first')
  await note.run('update')
  await note.showsOutput('show', 'second')
})
