import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { look, ways } from './harness/looks.ts'
import { makeNote, share } from './harness/notes.ts'
import { type Person, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()
let ana: Person
let note: string

beforeAll(async () => {
  ana = await quire.setUp('ana')
  for (const name of ['bob', 'rita']) await quire.invite(ana, name)
  await makeNote(ana, 'Diary', { one: '# needle, mine' })
  note = await makeNote(ana, 'Team/Churn', { one: '# needle, shared' })
  await share(ana, note, { bob: 'writer', rita: 'reader' })
  const open = await makeNote(ana, 'Welcome', { one: '# needle, public' })
  await share(ana, open, { everyone: 'reader' })
})

const tree = (page: Page) => page.getByRole('tree', { name: 'Folders and notes' })
const rows = (page: Page) => tree(page).getByRole('treeitem')

test('Workspaces show what only oneself, some and everybody can reach, by keyboard', async () => {
  const page = await ana.open('/')
  await rows(page).filter({ hasText: 'Diary' }).waitFor()
  const choice = page.getByRole('group', { name: 'Which notes' })
  await choice.getByRole('radio', { name: 'All 3 notes' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => rows(page).count()).toBe(1)
  await rows(page).filter({ hasText: 'Diary' }).waitFor()
  expect(new URL(page.url()).search, 'the address says which').toBe('?in=me')
  await page.keyboard.press('ArrowRight')
  await rows(page).filter({ hasText: 'Churn' }).waitFor()
  await page.keyboard.press('ArrowRight')
  await rows(page).filter({ hasText: 'Welcome' }).waitFor()
  await picture(page, 'workspaces-public')

  await page.goto('/')
  await expect.poll(() => rows(page).count(), { timeout: 10_000 }).toBe(1)
  await rows(page).filter({ hasText: 'Welcome' }).waitFor() // it is remembered
})

test('A search keeps to the workspace, and says so when nothing is there', async () => {
  // What was just written is found a moment later.
  const found = async () => (await ana.rest.get<{ total: number }>('/search?q=needle')).total
  await expect.poll(found, { timeout: 15_000 }).toBe(3)
  const page = await ana.open('/?q=needle&in=some')
  const results = page.getByRole('region', { name: 'Search results' })
  await results.getByText('1 hit for “needle” in “Shared”').waitFor()
  await results.getByRole('link', { name: 'Churn' }).waitFor()
  await page.getByRole('searchbox', { name: 'Search notes' }).fill('welcome')
  await results.getByText('Nothing found for “welcome” in “Shared”').waitFor()
  await results.getByRole('button', { name: 'Search all notes' }).click()
  await results.getByRole('link', { name: 'Welcome' }).waitFor()
})

test('An empty workspace says why', async () => {
  const cleo = await quire.invite(ana, 'cleo')
  const page = await cleo.open('/?in=me')
  await page.getByText('Every note you can read can be read by somebody else too').first().waitFor()
  await picture(page, 'workspaces-empty')
  await page.getByRole('button', { name: 'Show all notes' }).first().click()
  await rows(page).filter({ hasText: 'Welcome' }).waitFor()
})

test('The note header and the new note say who can reach it', async () => {
  const open = await ana.openNote(note)
  await open.page.getByRole('button', { name: 'Share' }).getByText('Shared with 2').waitFor()
  await open.page.getByRole('button', { name: 'New note' }).first().click()
  const dialog = open.page.getByRole('dialog', { name: 'New note' })
  await dialog.getByText('It will be at the top level, under “Only me”: nobody else sees it.').waitFor()
  await dialog.getByLabel('Name').fill('Team/Plan')
  await dialog.getByText('It will be in “Team”, under “Only me”').waitFor()
  await dialog.getByRole('radio', { name: /Everyone who signs in/ }).check()
  await dialog.getByText('under “Public”: everyone who signs in can read, run and change it.').waitFor()
  await picture(open.page, 'workspaces-new-note')
})

test.each(ways)('Workspaces look right: $name', async ({ name, ...options }) => {
  await ana.context(options)
  const page = await ana.open('/?in=all')
  await page.getByRole('heading', { name: 'Notes', level: 1 }).waitFor()
  await page.waitForLoadState('networkidle')
  await look(page, `workspaces-home-${name}`)
  await page.goto('/?q=needle')
  await page.getByRole('region', { name: 'Search results' }).waitFor()
  await look(page, `workspaces-search-${name}`)
  await page.goto(`/n/${note}`)
  await page.getByRole('button', { name: 'Share' }).first().waitFor()
  await picture(page, `looks-workspaces-note-${name}`)
})
