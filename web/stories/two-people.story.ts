import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { NotePage } from './harness/notePage.ts'
import { makeNote, textOnServer } from './harness/notes.ts'
import { type Person, password, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { refused } from './harness/watch.ts'

const quire = givenQuire()

// A hundred characters each, of which everyone can be told to be whose.
const letters = 'abcdefghijklmnopqrstuvwxy'.repeat(4)
const digits = '0123456789'.repeat(10)

test('Ana invites Bob, shares with their group, and both type at one place at once over a slow line', async () => {
  const ana = await quire.setUp('ana')
  const note = await makeNote(ana, 'Plan', { lines: 'Ana: \nBob: ', together: '' })
  const page = await ana.open('/people')
  const invitation = await invite(page, 'bob')
  await makeGroup(page, 'team', 'bob')
  await shareWithWriters(page, 'Plan', 'team')
  await page.close()
  const bob = await acceptInvitation(invitation)

  const anas = await ana.openNote(note)
  const bobs = await bob.openNote(note)
  await typeAtOnce(anas, bobs, 'lines', { up: 1 })
  const both = [anas, bobs]
  const lines = await converged(both, { by: ana, note, paragraph: 'lines', length: 211 })
  expect(lines, "each one's characters stay together").toBe(`Ana: ${letters}\nBob: ${digits}`)
  await anas.caretOf('bob').waitFor()
  await bobs.caretOf('ana').waitFor()
  await picture(anas.page, 'two-people')

  await typeAtOnce(anas, bobs, 'together')
  const together = await converged(both, { by: ana, note, paragraph: 'together', length: 200 })
  expect(together.replaceAll(/\d/g, ''), "in one place everyone's characters keep their order").toBe(letters)
  expect(together.replaceAll(/[a-z]/g, '')).toBe(digits)

  await undoAll(anas, 'together', digits)
  await bobs.shows('together', digits)
  await expect.poll(() => textOnServer(bob, note, 'together')).toBe(digits)
})

async function invite(page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name: 'Add a person' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByRole('button', { name: 'Add and get a link' }).click()
  const link = await page
    .getByRole('dialog', { name: `Invitation for “${name}”` })
    .getByLabel('Link')
    .inputValue()
  await picture(page, 'invitation')
  await page.getByRole('button', { name: 'Done' }).click()
  return link
}

async function makeGroup(page: Page, name: string, member: string) {
  await page.getByText('Groups', { exact: true }).first().click()
  await page.getByRole('button', { name: 'New group' }).click()
  const dialog = page.getByRole('dialog', { name: 'New group' })
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByLabel('Members (optional)').fill(member)
  await dialog.getByRole('option', { name: member }).click()
  await dialog.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('region', { name }).getByText('1 member').waitFor()
}

async function shareWithWriters(page: Page, note: string, name: string) {
  await page.getByRole('treeitem', { name: note }).getByRole('link').click()
  await page.getByRole('button', { name: /share/i }).first().click()
  const lock = page.getByRole('dialog', { name: `Share “${note}”` })
  await lock.getByLabel('Add people or groups').fill(name)
  await lock.getByRole('option', { name }).click()
  await lock.getByLabel('They').selectOption('writer')
  await lock.getByRole('button', { name: 'Share', exact: true }).click()
  await lock.getByText(`Saved. ${name} can write.`).waitFor()
  await lock.getByRole('button', { name: 'Done' }).click()
}

async function acceptInvitation(link: string): Promise<Person> {
  const bob = quire.stranger('bob')
  quire.watch.expect(refused(401))
  const page = await bob.open(link)
  await page.getByRole('heading', { name: 'Welcome, bob' }).waitFor()
  await page.getByLabel('New password', { exact: true }).fill(password)
  await page.getByLabel('New password, once more').fill(password)
  await page.getByRole('button', { name: 'Start' }).click()
  await page.getByRole('treeitem', { name: 'Plan' }).waitFor()
  await bob.rest.post('/session', { name: 'bob', password })
  return bob
}

/** Both type at the end of a paragraph, Ana so many lines further up. */
async function typeAtOnce(anas: NotePage, bobs: NotePage, paragraph: string, { up = 0 } = {}) {
  await anas.goToEnd(paragraph)
  for (let i = 0; i < up; i++) await anas.page.keyboard.press('ArrowUp')
  await anas.page.keyboard.press('End')
  await bobs.goToEnd(paragraph)
  quire.server.network.delay = 150
  await Promise.all([
    anas.page.keyboard.type(letters, { delay: 20 }),
    bobs.page.keyboard.type(digits, { delay: 20 }),
  ])
  await Promise.all([anas.isSaved(), bobs.isSaved()])
  quire.server.network.delay = 0
}

/** The text of a paragraph once all of it is on the server and the same everywhere. */
async function converged(pages: NotePage[], { by, note, paragraph, length }: Expected): Promise<string> {
  const onServer = async () => (await textOnServer(by, note, paragraph)) ?? ''
  await expect.poll(async () => (await onServer()).length).toBe(length)
  const text = await onServer()
  for (const page of pages) await page.shows(paragraph, text)
  return text
}

interface Expected {
  by: Person
  note: string
  paragraph: string
  length: number
}

/** Undoes until nothing changes any more, and expects to find `left`. */
async function undoAll(note: NotePage, paragraph: string, left: string) {
  await note.editor(paragraph).focus()
  for (let i = 0; i < 100 && (await note.text(paragraph)) !== left; i++)
    await note.page.keyboard.press('Control+z')
  for (let i = 0; i < 3; i++) await note.page.keyboard.press('Control+z') // there is nothing more of hers
  await note.shows(paragraph, left)
}
