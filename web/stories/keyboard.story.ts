import { expect, test } from 'vitest'
import { NotePage } from './harness/notePage.ts'
import { makeNote, noteOnServer } from './harness/notes.ts'
import { picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()

test('A note is found, extended and run without a mouse, and the editor lets go of the focus', async () => {
  const ana = await quire.setUp('ana')
  const id = await makeNote(ana, 'Keys', { first: 'x = 20' })
  const page = await ana.open()
  const { keyboard } = page

  await page.getByRole('treeitem', { name: 'Keys' }).waitFor()
  await tabTo('[role=tree]')
  await keyboard.press('Home')
  await keyboard.press('Enter')
  await page.waitForURL(`**/n/${id}`)
  const note = new NotePage(page)
  await note.isOpen()

  await tabTo('[data-pid="first"]')
  await keyboard.press('b') // a paragraph below
  await expect.poll(async () => (await noteOnServer(ana, id)).paragraphs.length).toBe(2)
  const second = (await noteOnServer(ana, id)).paragraphs[1]?.id ?? ''
  await expect.poll(() => isIn(`[data-pid="${second}"]`)).toBe(true)
  await keyboard.press('Enter') // into its text
  await expect.poll(() => isIn('.cm-content')).toBe(true)
  await keyboard.type('print("typed", 20 + 1)')
  await keyboard.press('Control+Enter')
  await note.showsOutput(second, 'typed 21')
  await picture(page, 'keyboard')

  await keyboard.press('Escape')
  expect(await isIn('.cm-content'), 'Esc leaves the editor').toBe(false)
  const stops = new Set<string>()
  for (let i = 0; i < 60; i++) {
    await keyboard.press('Tab')
    stops.add(await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200) ?? ''))
  }
  expect(stops.size, 'Tab goes on through the page').toBeGreaterThan(8)

  function isIn(selector: string): Promise<boolean> {
    return page.evaluate((s) => Boolean(document.activeElement?.closest(s)), selector)
  }

  async function tabTo(selector: string) {
    for (let i = 0; i < 80; i++) {
      if (await isIn(selector)) return
      await keyboard.press('Tab')
    }
    throw new Error(`Tab does not lead to ${selector}`)
  }
})
