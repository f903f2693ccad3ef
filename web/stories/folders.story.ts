import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { look, opposites } from './harness/looks.ts'
import { makeNote, share } from './harness/notes.ts'
import { illustrate, type Person, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()
let ana: Person
let rita: Person

beforeAll(async () => {
  ana = await quire.setUp('ana')
  for (const name of ['bob', 'cem', 'dee']) await quire.invite(ana, name)
  rita = await quire.invite(ana, 'rita')
  await ana.rest.post('/groups', { name: 'crew', members: ['bob', 'cem', 'dee'] })
})

async function makeFolder(name: string, parent?: string): Promise<string> {
  return (await ana.rest.post<{ id: string }>('/nodes', { kind: 'folder', name, parent })).id
}

const row = (page: Page, name: string) => page.getByRole('treeitem', { name, exact: true })
const parentOf = async (id: string) => (await ana.rest.get<{ parent?: string }>(`/nodes/${id}`)).parent

test('Putting away and taking back says who loses and who gets it, and only where others do', async () => {
  const note = await makeNote(ana, 'Ledger', { one: 'ledger-1' })
  await share(ana, note, { crew: 'writer', rita: 'reader' })
  await makeNote(ana, 'Diary', { one: 'mine' })
  const page = await ana.open()
  await row(page, 'Diary').click({ button: 'right' })
  await page.getByRole('menuitem', { name: /^Move to trash/ }).click()
  await page.getByText('“Diary” is in the trash.').waitFor()
  expect(await page.getByRole('dialog').count(), 'nobody else saw it').toBe(0)

  await row(page, 'Ledger').click({ button: 'right' })
  await page.getByRole('menuitem', { name: /^Move to trash/ }).click()
  const ask = page.getByRole('dialog', { name: 'Move “Ledger” to the trash?' })
  await ask.getByText('4 people lose access, 1 person may do less on 1 note.').waitFor()
  await ask.getByRole('region', { name: 'Lose access' }).getByText('rita').waitFor()
  await ask.getByRole('region', { name: 'May do less' }).getByText('ana').waitFor()
  await illustrate(page, 'access-trash')
  expect(await rita.rest.status('GET', `/nodes/${note}`), 'not yet').toBe(200)
  await ask.getByRole('button', { name: 'Move to trash' }).click()
  await page.getByText('“Ledger” is in the trash.').waitFor()
  expect(await rita.rest.status('GET', `/nodes/${note}`)).toBe(404)

  await page.goto('/trash')
  await page.getByRole('button', { name: 'Restore Diary' }).click()
  await page.getByText('“Diary” is back.').waitFor()
  await page.getByRole('button', { name: 'Restore Ledger' }).click()
  const back = page.getByRole('dialog', { name: 'Restore “Ledger”?' })
  await back.getByText(/^4 people gain access, 1 person may do more on 1 note/).waitFor()
  await picture(page, 'folders-restore')
  await back.getByRole('button', { name: 'Restore' }).click()
  await page.getByText('“Ledger” is back.').waitFor()
  expect(await rita.rest.status('GET', `/nodes/${note}`)).toBe(200)
})

test('The menu of a note asks in the same way', async () => {
  const note = await makeNote(ana, 'Minutes', { one: 'minutes-1' })
  await share(ana, note, { rita: 'reader' })
  const open = await ana.openNote(note)
  await open.choose('Move to trash')
  const ask = open.page.getByRole('dialog', { name: 'Move “Minutes” to the trash?' })
  await ask.getByText('1 person loses access, 1 person may do less on 1 note.').waitFor()
  await ask.getByRole('button', { name: 'Move to trash' }).click()
  await open.page.waitForURL('**/')
  await open.page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => rita.rest.status('GET', `/nodes/${note}`)).toBe(200)
})

test('What is dragged to where others see it waits for a yes, the rest is just moved', async () => {
  const shared = await makeFolder('Shelf')
  const own = await makeFolder('Drawer')
  await share(ana, shared, { crew: 'reader' })
  const note = await makeNote(ana, 'Loose', { one: 'loose-1' })
  const page = await ana.open()
  await row(page, 'Loose').dragTo(row(page, 'Drawer'))
  await page.getByText('“Loose” is in “Drawer” now.').waitFor()
  expect(await parentOf(note)).toBe(own)
  expect(await page.getByRole('dialog').count()).toBe(0)

  await row(page, 'Drawer').getByRole('button', { name: 'Drawer', exact: true }).click()
  await row(page, 'Loose').dragTo(row(page, 'Shelf'))
  const ask = page.getByRole('dialog', { name: 'Move “Loose” to “Shelf”?' })
  await ask.getByText(/^3 people gain access on 1 note/).waitFor()
  await picture(page, 'folders-drag')
  expect(await parentOf(note), 'it waits').toBe(own)
  await ask.getByRole('button', { name: 'Cancel' }).click()
  await ask.waitFor({ state: 'detached' })
  expect(await parentOf(note)).toBe(own)
  await row(page, 'Loose').dragTo(row(page, 'Shelf'))
  await ask.getByRole('button', { name: 'Move', exact: true }).click()
  await page.getByText('“Loose” is in “Shelf” now.').waitFor()
  expect(await parentOf(note)).toBe(shared)
})

test('The address of a folder opens it for those who may see it, and lets the others ask', async () => {
  const top = await makeFolder('Atlas')
  const inner = await makeFolder('Maps', top)
  const note = await makeNote(ana, 'Legend', { one: 'legend-1' })
  await ana.rest.patch(`/nodes/${note}`, { parent: inner })
  const page = await ana.open()
  await row(page, 'Atlas').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'New folder here' }).waitFor()
  await page.keyboard.press('Escape')
  await page.goto(`/?folder=${inner}`)
  await page.getByRole('heading', { name: 'Maps', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'Legend' }).first().waitFor()
  expect(await row(page, 'Maps').getAttribute('aria-expanded')).toBe('true')
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('tree')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/n/${note}`)
  await page.getByRole('navigation', { name: 'Folder' }).getByRole('link', { name: 'Maps' }).click()
  await page.getByRole('heading', { name: 'Maps', level: 1 }).waitFor()

  const ritas = await rita.open(`/?folder=${inner}`)
  await ritas.getByText('There is nothing here that you may read').waitFor()
  await picture(ritas, 'folders-no-access')
  await ritas.getByRole('button', { name: 'Ask for access' }).click()
  await ritas.getByText(/^You asked to read it/).waitFor()
  await share(ana, inner, { rita: 'reader' })
  await ritas.getByRole('heading', { name: 'Maps', level: 1 }).waitFor()
})

test('A search and the palette lead to folders', async () => {
  const folder = await makeFolder('Zephyr plans')
  const page = await ana.open('/?q=zephyr')
  await page.getByText('1 folder for “zephyr”').waitFor()
  await page.getByRole('link', { name: 'Zephyr plans' }).click()
  await page.waitForURL(`**/?folder=${folder}`)
  await page.getByText('Nothing is in this folder').waitFor()
  const note = await makeNote(ana, 'Breeze', { one: 'breeze-1' })
  const open = await ana.openNote(note)
  await open.choose(/^Find a command/)
  await open.page.getByRole('combobox', { name: 'Command' }).fill('zephyr')
  await open.page.getByRole('option', { name: 'Go to folder Zephyr plans' }).waitFor()
  await picture(open.page, 'folders-palette')
  await open.page.keyboard.press('Enter')
  await open.page.getByRole('heading', { name: 'Zephyr plans', level: 1 }).waitFor()
})

test('A message is closed without closing the dialog or drawer below it', async () => {
  const note = await makeNote(ana, 'Toasted', { one: 'toast-1' })
  await makeNote(ana, 'Burnt', { one: 'toast-2' })
  const { page } = await ana.openNote(note)
  const message = async () => {
    await row(page, 'Burnt').click({ button: 'right' })
    await page.getByRole('menuitem', { name: /^Move to trash/ }).click()
    await page.getByText('“Burnt” is in the trash.').waitFor()
  }
  const isGone = () => page.getByText('“Burnt” is in the trash.').waitFor({ state: 'detached' })
  await message()
  await page.getByRole('button', { name: /^Share/ }).click()
  const lock = page.getByRole('dialog', { name: 'Share “Toasted”' })
  await lock.getByText('Who has access').first().waitFor()
  await page.locator('[data-toasts]').getByText('Undo').click()
  await isGone()
  // The field takes what is typed: the dialog is there, and not on its way out.
  await lock.getByRole('combobox', { name: 'Add people or groups' }).fill('bob')
  await lock.getByRole('option', { name: 'bob' }).click()
  await lock.getByRole('button', { name: 'Share', exact: true }).click()
  await lock.getByText('Saved. bob can read.').waitFor()
  await lock.getByRole('button', { name: 'Done' }).click()

  await row(page, 'Burnt').waitFor()
  await message()
  await page.getByRole('button', { name: 'More about this note' }).click()
  await page.getByRole('menuitem', { name: 'Files' }).click()
  const files = page.getByRole('dialog', { name: 'Files' })
  await files.waitFor()
  await page.locator('[data-toasts] [aria-label="Close message"]').last().click()
  await isGone()
  await files.getByRole('button', { name: 'Close', exact: true }).click()
})

test.each(opposites)('Folders and what asks about them look right: $name', async ({ name, ...options }) => {
  const folder = await makeFolder(`Library ${name}`)
  await makeFolder('Maps', folder)
  const note = await makeNote(ana, `Atlas ${name}`, { one: 'atlas-1' })
  await ana.rest.patch(`/nodes/${note}`, { parent: folder })
  await share(ana, folder, { crew: 'writer', everyone: 'reader' })
  await ana.context(options)
  const page = await ana.open(`/?folder=${folder}`)
  await page.getByRole('heading', { name: `Library ${name}`, level: 1 }).waitFor()
  await look(page, `folder-${name}`)
  await page.goto(`/n/${note}`)
  await page.getByRole('button', { name: 'More about this note' }).click()
  await page.getByRole('menuitem', { name: 'Move to trash' }).click()
  await page
    .getByRole('dialog')
    .getByText(/^Everyone who is signed in loses access/)
    .waitFor()
  await look(page, `trash-ask-${name}`)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await rita.context(options)
  const ritas = await rita.open('/?folder=00000000000000000000000004')
  await ritas.getByRole('button', { name: 'Ask for access' }).waitFor()
  await look(ritas, `folder-no-access-${name}`)
})
