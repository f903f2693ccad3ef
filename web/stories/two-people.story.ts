import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { makeNote, textOnServer } from './harness/notes.ts'
import type { NotePage } from './harness/notePage.ts'
import { type Person, password, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { refused } from './harness/watch.ts'

const quire = givenQuire()

/** A hundred characters that say whose they are and where they belong. */
const hundred = (sign: string) =>
  Array.from({ length: 25 }, (_, i) => `${sign}${String(i).padStart(2, '0')}${sign}`).join('')

test('Ana invites Bob, shares with their group, and both type at one place at once over a slow line', async () => {
  const ana = await quire.setUp('ana')
  const note = await makeNote(ana, 'Plan', { together: '' })
  const page = await ana.open('/people')
  const invitation = await invite(page, 'bob')
  await makeGroup(page, 'team', 'bob')
  await shareWithWriters(page, 'Plan', 'team')
  await page.close()
  const bob = await acceptInvitation(invitation)

  const anas = await ana.openNote(note)
  const bobs = await bob.openNote(note)
  await typeAtOnce(anas, bobs)

  const text = (await textOnServer(ana, note, 'together')) ?? ''
  expect(text).toHaveLength(200)
  expect(text, "each one's characters stay together").toContain(hundred('a'))
  expect(text).toContain(hundred('b'))
  await anas.shows('together', text)
  await bobs.shows('together', text)

  await anas.caretOf('bob').waitFor()
  await bobs.caretOf('ana').waitFor()
  await picture(anas.page, 'two-people')

  await undoAll(anas, 'together', hundred('b'))
  await bobs.shows('together', hundred('b'))
  expect(await textOnServer(bob, note, 'together')).toBe(hundred('b'))
})

async function invite(page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name: 'Add a person' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByRole('button', { name: 'Add and get a link' }).click()
  const link = await page.getByRole('dialog', { name: `Invitation for “${name}”` }).getByLabel('Link').inputValue()
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
  await lock.getByRole('button', { name: 'Save' }).click()
  await lock.waitFor({ state: 'hidden' })
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

async function typeAtOnce(anas: NotePage, bobs: NotePage) {
  quire.server.network.delay = 150
  await Promise.all([
    anas.type('together', hundred('a'), { pause: 20 }),
    bobs.type('together', hundred('b'), { pause: 20 }),
  ])
  await Promise.all([anas.isSaved(), bobs.isSaved()])
  await expect.poll(async () => (await anas.text('together')).length, { timeout: 15_000 }).toBe(200)
  await expect.poll(async () => (await bobs.text('together')).length, { timeout: 15_000 }).toBe(200)
  quire.server.network.delay = 0
}

/** Undoes until nothing changes any more, and expects to find `left`. */
async function undoAll(note: NotePage, paragraph: string, left: string) {
  await note.editor(paragraph).focus()
  for (let i = 0; i < 100 && (await note.text(paragraph)) !== left; i++) await note.page.keyboard.press('Control+z')
  for (let i = 0; i < 3; i++) await note.page.keyboard.press('Control+z') // there is nothing more of hers
  await note.shows(paragraph, left)
}
