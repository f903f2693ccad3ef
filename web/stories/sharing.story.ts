import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { look, opposites } from './harness/looks.ts'
import { makeNote, share } from './harness/notes.ts'
import { illustrate, type Person, password, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { refused } from './harness/watch.ts'

const quire = givenQuire()
let ana: Person

beforeAll(async () => {
  ana = await quire.setUp('ana')
})

const lockOf = (page: Page, name: string) => page.getByRole('dialog', { name: `Share “${name}”` })

/** Opens the lock of a note or folder from the tree. */
async function openLock(page: Page, name: string) {
  await page.getByRole('treeitem', { name, exact: true }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Share…' }).click()
  const lock = lockOf(page, name)
  await lock.waitFor()
  return lock
}

/** Names of those who hold something on a node, with their roles. */
const grantsOf = async (node: string) => {
  const { grants } = await ana.rest.get<{
    grants: { principal: { name: string }; role: string; endsAt?: string }[]
  }>(`/nodes/${node}/grants`)
  return Object.fromEntries(grants.map((g) => [g.principal.name, g.role]))
}

async function makeFolder(name: string, notes: string[]): Promise<{ folder: string; notes: string[] }> {
  const { id: folder } = await ana.rest.post<{ id: string }>('/nodes', { kind: 'folder', name })
  const made: string[] = []
  for (const note of notes) {
    const id = await makeNote(ana, note, { one: `print("${note}")` })
    await ana.rest.patch(`/nodes/${id}`, { parent: folder })
    made.push(id)
  }
  return { folder, notes: made }
}

test('A role is changed by keyboard, saved at once, and taken back', async () => {
  await quire.invite(ana, 'rita')
  const note = await makeNote(ana, 'Churn', { one: 'print("churn")' })
  const page = await ana.open()
  const lock = await openLock(page, 'Churn')
  await page.keyboard.type('rit')
  await lock.getByRole('option', { name: 'rita' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await lock.getByLabel('They').selectOption('runner')
  await lock.getByLabel('They').focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await lock.getByText('Saved. rita can run.').waitFor()
  expect(await grantsOf(note)).toEqual({ ana: 'owner', rita: 'runner' })
  await illustrate(page, 'share')

  await lock.getByRole('button', { name: 'rita: Can run' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitemradio', { name: /^Can write/ }).waitFor()
  await picture(page, 'sharing-roles')
  await page.getByRole('menuitemradio', { name: /^Can write/ }).click()
  await lock.getByText('Saved. rita can write.').waitFor()
  await lock.getByRole('button', { name: 'Undo' }).click()
  await lock.getByRole('button', { name: 'rita: Can run' }).waitFor()
  await expect.poll(() => grantsOf(note)).toEqual({ ana: 'owner', rita: 'runner' })
})

test('Two owners see each other’s changes while both have the lock open', async () => {
  const otto = await quire.invite(ana, 'otto')
  await quire.invite(ana, 'bea')
  const note = await makeNote(ana, 'Budget', { one: 'print(1)' })
  await share(ana, note, { otto: 'owner' })
  const anas = await openLock(await ana.open(), 'Budget')
  await (await otto.openNote(note)).page.getByRole('button', { name: 'Share' }).click()
  const ottos = lockOf(otto.pages[0] as Page, 'Budget')
  await ottos.getByRole('combobox', { name: 'Add people or groups' }).fill('bea')
  await ottos.getByRole('option', { name: 'bea' }).click()
  await ottos.getByRole('button', { name: 'Share', exact: true }).click()
  await anas.getByText('Somebody else changed the access of bea just now').waitFor()
  await anas.getByRole('button', { name: 'bea: Can read' }).waitFor()
  await picture(ana.pages[0] as Page, 'sharing-two-owners')
})

test('Whoever finds nothing asks, and an owner grants it until a date', async () => {
  const eve = await quire.invite(ana, 'eve')
  const note = await makeNote(ana, 'Payroll', { one: 'print("payroll")' })
  quire.watch.expect(refused(404))
  const page = await eve.open(`/n/${note}`)
  await page.getByLabel('I would like to').selectOption('runner')
  await page.getByLabel('Message to the owners (optional)').fill('For the audit of May')
  await illustrate(page, 'access-ask')
  await page.getByRole('button', { name: 'Ask for access' }).click()
  await page.getByText(/You asked to run it/).waitFor()
  await picture(page, 'sharing-asked')

  const anas = await ana.open()
  await anas.getByRole('link', { name: /^Requests/ }).click()
  const request = anas.getByRole('listitem', { name: 'eve, “Payroll” asks for access' })
  await request.getByText('For the audit of May').waitFor()
  await request.getByLabel('Until (optional)').fill('2099-05-31')
  await illustrate(anas, 'access-requests')
  await request.getByRole('button', { name: /^Grant/ }).click()
  await anas.getByText('Nobody waits for your answer').waitFor()
  await anas.getByRole('link', { name: /^Requests/ }).waitFor({ state: 'detached' })

  await page.getByText('print("payroll")').waitFor()
  const { grants } = await ana.rest.get<{ grants: { principal: { name: string }; endsAt?: string }[] }>(
    `/nodes/${note}/grants`,
  )
  expect(grants.find((g) => g.principal.name === 'eve')?.endsAt).toMatch(/^2099-0[56]/)
})

test('A move tells first who gains by it', async () => {
  await quire.invite(ana, 'pia')
  const { folder } = await makeFolder('Roadmaps', ['Old plan'])
  await share(ana, folder, { pia: 'reader' })
  const note = await makeNote(ana, 'New plan', { one: 'print("plan")' })
  const page = await ana.open()
  await page.getByRole('treeitem', { name: /New plan/ }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Move to…' }).click()
  const dialog = page.getByRole('dialog', { name: /^Move/ })
  await dialog.getByLabel('Roadmaps', { exact: true }).check({ force: true })
  await dialog.getByRole('region', { name: 'Gain access' }).getByText('pia').waitFor()
  await illustrate(page, 'access-move')
  expect(Object.keys(await grantsOf(note)), 'nothing has moved yet').toEqual(['ana'])
  await dialog.getByRole('button', { name: 'Move', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  const { parent } = await ana.rest.get<{ parent?: string }>(`/nodes/${note}`)
  expect(parent).toBe(folder)
})

test('An answer says why somebody may read a note, and what would end it', async () => {
  await quire.invite(ana, 'gil')
  const { id: group } = await ana.rest.post<{ id: number }>('/groups', { name: 'analysts' })
  await ana.rest.put(`/groups/${group}/members`, { members: ['gil'] })
  const { folder, notes } = await makeFolder('Finance', ['Forecast'])
  await share(ana, folder, { analysts: 'reader' })
  const page = await ana.open(`/n/${notes[0]}`)
  await page.getByRole('button', { name: 'Share' }).click()
  const lock = lockOf(page, 'Forecast')
  await lock.getByText('Explain who may do what, and why').click()
  await lock.getByRole('combobox', { name: 'May' }).fill('gil')
  await lock.getByRole('option', { name: 'gil' }).click()
  await lock.getByRole('button', { name: 'Explain', exact: true }).click()
  await lock.getByText('Can read by group analysts on the folder “Finance”').waitFor()
  await lock.getByText('What would end it').waitFor()
  await illustrate(page, 'access-explain')

  await lock.getByText('Where access comes from').click()
  await lock.getByRole('region', { name: 'Who gets in' }).getByText('gil').waitFor()
  await picture(page, 'sharing-where-from')
})

test('Before everyone sees a folder, it says how much becomes visible', async () => {
  await quire.invite(ana, 'kim')
  const { folder } = await makeFolder('Reports', ['May', 'June'])
  const page = await ana.open()
  const lock = await openLock(page, 'Reports')
  await lock.getByRole('button', { name: 'Everyone who signs in' }).click()
  await lock.getByRole('button', { name: 'Share', exact: true }).click()
  const ask = page.getByRole('dialog', { name: 'Share with everyone?' })
  await ask
    .getByText(/on 2 notes/)
    .first()
    .waitFor()
  await illustrate(page, 'access-everyone')
  expect(await grantsOf(folder), 'the first press saves nothing').not.toHaveProperty('everyone')
  await ask.getByRole('button', { name: 'Share with everyone' }).click()
  await lock.getByText('Saved. Everyone who signs in can read.').waitFor()
  expect(await grantsOf(folder)).toHaveProperty('everyone', 'reader')
})

test('Closing a note shows who loses it, and keeps them out', async () => {
  const lea = await quire.invite(ana, 'lea')
  const { folder, notes } = await makeFolder('Team', ['Salaries'])
  await share(ana, folder, { lea: 'reader' })
  const [note = ''] = notes
  await ana.rest.put(`/nodes/${note}/grants`, {
    version: (await ana.rest.get<{ version: number }>(`/nodes/${note}/grants`)).version,
    grants: [{ principal: { name: 'ana' }, role: 'owner' }],
  })
  const leas = await lea.openNote(note)
  const page = await ana.open(`/n/${note}`)
  await page.getByRole('button', { name: 'Share' }).click()
  const lock = lockOf(page, 'Salaries')
  await lock.getByText('Close this note').click()
  await lock.getByLabel(/Keep out what folders above give/).click()
  const ask = page.getByRole('dialog', { name: 'Close this note?' })
  await ask.getByRole('region', { name: 'Lose access' }).getByText('lea').waitFor()
  await illustrate(page, 'access-close')
  quire.watch.expect(refused(404))
  await ask.getByRole('button', { name: 'Close it' }).click()
  await leas.page.getByText('This note was closed for you').waitFor()
})

test('A link opens a note for whoever signs in, and ends when it is revoked, in mid-typing too', async () => {
  const tom = await quire.invite(ana, 'tom')
  const note = await makeNote(ana, 'Plan', { one: 'agreed-8080' })
  const page = await ana.open(`/n/${note}`)
  await page.getByRole('button', { name: 'Share' }).click()
  const lock = lockOf(page, 'Plan')
  await lock.getByRole('button', { name: 'Create link…' }).click()
  const form = page.getByRole('dialog', { name: 'Create a link' })
  await form.getByLabel('Name').fill('For the board')
  await form.getByText('Whoever opens a link gains access on 1 note').waitFor()
  await form.getByRole('region', { name: 'Gain access' }).getByText('can read').waitFor()
  await picture(page, 'sharing-new-link')
  await form.getByRole('button', { name: 'Create link' }).click()
  const made = page.getByRole('dialog', { name: '“For the board” is ready' })
  const address = await made.getByLabel('Address of the link').inputValue()
  await picture(page, 'sharing-link-made')
  await made.getByRole('button', { name: 'Done' }).click()

  // Nobody is signed in there yet: the link is still known after signing in.
  const stranger = quire.stranger('tom')
  quire.watch.expect(refused(401, 404))
  const toms = await stranger.open(address.replace(quire.server.origin, ''))
  await toms.getByRole('button', { name: 'Sign in and open it' }).click()
  expect(toms.url(), 'the secret is in no address').not.toContain(address.split('#')[1])
  await toms.getByLabel('Name').fill('tom')
  await toms.getByLabel('Password').fill(password)
  await toms.getByRole('button', { name: 'Sign in' }).click()
  await toms.waitForURL(`**/n/${note}`)
  await toms.getByText('agreed-8080').first().waitFor()
  expect(await toms.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('link')

  await lock.getByText(/^Links/).click()
  await lock.getByText(/opened once, last just now, held by 1 account/).waitFor()
  await picture(page, 'sharing-links')
  await lock.getByRole('button', { name: 'Revoke For the board' }).click()
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  await toms.getByText('This note was closed for you').waitFor()
  expect(await toms.evaluate(() => document.documentElement.textContent)).not.toContain('8080')

  const late = await tom.open(address.replace(quire.server.origin, ''))
  await late.getByText('This link does not work').waitFor()
  await picture(late, 'sharing-dead-link')
})

test('Who is removed in mid-typing has nothing of the note left, and the owner can take it back', async () => {
  const max = await quire.invite(ana, 'max')
  const note = await makeNote(ana, 'Draft', { one: 'agreed-6060\n' })
  await share(ana, note, { max: 'writer' })
  const maxs = await max.openNote(note)
  await maxs.type('one', 'typed by max')
  const page = await ana.open(`/n/${note}`)
  await page.getByText('typed by max').waitFor()
  await page.getByRole('button', { name: 'Share' }).click()
  const lock = lockOf(page, 'Draft')
  await lock.getByRole('button', { name: 'max: Can write' }).click()
  await maxs.type('one', ', and more')
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await lock.getByText('Saved. max was removed.').waitFor()
  await maxs.page.getByText('This note was closed for you').waitFor()
  expect(await maxs.page.evaluate(() => document.documentElement.textContent)).not.toContain('6060')
  await picture(maxs.page, 'sharing-removed')
  await lock.getByRole('button', { name: 'Undo' }).click()
  await lock.getByRole('button', { name: 'max: Can write' }).waitFor()
  await maxs.page.getByText('agreed-6060').waitFor()
})

test('A guest sees the one note of a link for anyone, and nothing that is refused', async () => {
  await ana.rest.put('/settings', { linksAnyone: true })
  const note = await makeNote(ana, 'Open day', { one: 'welcome-77' })
  const { url } = await ana.rest.post<{ url: string }>(`/nodes/${note}/links`, {
    label: 'Poster',
    role: 'reader',
    anyone: true,
  })
  const guest = quire.stranger('guest')
  quire.watch.expect(refused(401))
  const page = await guest.open(url.replace(quire.server.origin, ''))
  await page.getByRole('button', { name: 'Open without an account' }).waitFor()
  await picture(page, 'sharing-open-link')
  await page.getByRole('button', { name: 'Open without an account' }).click()
  await page.waitForURL(`**/n/${note}`)
  await page.getByText('welcome-77').waitFor()
  await page.getByText('You see one note by a link').waitFor()
  expect(await page.getByRole('button', { name: 'Share' }).count()).toBe(0)
  expect(await page.getByRole('button', { name: 'New note' }).count()).toBe(0)
  await picture(page, 'sharing-guest')
})

test('Who may run and not write tries things in a scratch copy, and keeps it', async () => {
  const sue = await quire.invite(ana, 'sue')
  const note = await makeNote(ana, 'Recipe', { one: 'flour = 500' })
  const anas = await ana.openNote(note)
  await anas.run('one')
  await anas.hasRun('one', 'ana')
  await share(ana, note, { sue: 'runner' })
  const sues = await sue.openNote(note)
  await sues.page.getByRole('button', { name: 'Try your own copy' }).click()
  await sues.page.getByText(/^Scratch copy of “Recipe”/).waitFor()
  expect(sues.page.url()).not.toContain(note)
  expect(await sues.page.getByRole('button', { name: 'Share' }).count(), 'it cannot be shared').toBe(0)
  const [copy = ''] =
    (await sues.page.locator('[data-pid]').first().getAttribute('data-pid'))?.split(' ') ?? []
  await sues.type(copy, ' + 1')
  await sues.page.getByText('Result copied with the note').waitFor()
  await picture(sues.page, 'scratch')
  await sues.page.getByRole('button', { name: 'Save as my own note' }).click()
  const keep = sues.page.getByRole('dialog', { name: 'Save as my own note' })
  await keep.getByLabel('Name').fill('My recipe')
  await picture(sues.page, 'scratch-keep')
  await keep.getByRole('button', { name: 'Save', exact: true }).click()
  await sues.page.getByRole('treeitem', { name: 'My recipe' }).waitFor()
  await sues.page.getByText(/^Scratch copy/).waitFor({ state: 'detached' })
  await sues.shows(copy, 'flour = 500 + 1')
})

test.each(opposites)('The lock and what belongs to it look right: $name', async ({ name, ...options }) => {
  const ida = await quire.invite(ana, `ida-${name}`)
  const note = await makeNote(ana, `Board ${name}`, { one: 'print(1)' })
  await share(ana, note, { [`ida-${name}`]: 'runner', everyone: 'reader' })
  await ana.rest.post(`/nodes/${note}/links`, { label: 'For the board', role: 'reader' })
  const secret = await makeNote(ana, `Secret ${name}`, { one: 'print(2)' })
  await ida.rest.post('/requests', { node: secret, role: 'writer', message: 'I am to finish it.' })

  await ana.context(options)
  const page = await ana.open(`/n/${note}`)
  await page.getByRole('button', { name: 'Share' }).click()
  const lock = lockOf(page, `Board ${name}`)
  await lock.getByRole('button', { name: `ida-${name}: Can run` }).waitFor()
  await look(page, `lock-${name}`)
  await lock.getByRole('button', { name: 'Create link…' }).click()
  await page.getByText(/^Whoever opens a link gains|^Nobody gains or loses/).waitFor()
  await look(page, `new-link-${name}`)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await lock.getByText(/^Links/).click()
  await lock.getByRole('button', { name: 'Revoke For the board' }).waitFor()
  await lock.getByText('Where access comes from').click()
  await lock.getByRole('region', { name: 'Who gets in' }).waitFor()
  await lock.getByText('Explain who may do what, and why').click()
  await lock.getByRole('button', { name: 'Explain', exact: true }).click()
  await lock.getByText(/^In all:/).waitFor()
  await look(page, `lock-folds-${name}`)
  await lock.getByRole('button', { name: `ida-${name}: Can run` }).click()
  await page.getByRole('menuitemradio').first().waitFor()
  await picture(page, `lock-menu-${name}`)
  await page.getByRole('menuitem', { name: /^Start and end/ }).click()
  await page.getByLabel('Until (optional)').waitFor()
  await look(page, `lock-dates-${name}`)

  await page.goto('/requests')
  await page.getByText('I am to finish it.').first().waitFor()
  await look(page, `requests-${name}`)

  await ida.context(options)
  const idas = await ida.open(`/n/${note}`)
  await idas.getByRole('button', { name: 'Share' }).click()
  await idas.getByText('Why may I see this?').click()
  await idas.getByText('Ask for more…').waitFor()
  await look(idas, `lock-view-${name}`)
  quire.watch.expect(refused(404))
  await idas.goto(`/n/${secret}`)
  await idas.getByText(/You asked to change it/).waitFor()
  await look(idas, `asked-${name}`)
  const stranger = await quire.stranger('stranger').context(options)
  quire.watch.expect(refused(401))
  const outside = await stranger.newPage()
  await outside.goto('/l#nothing-of-the-kind')
  await outside.getByRole('button', { name: 'Sign in and open it' }).waitFor()
  await outside.getByRole('button', { name: 'Open without an account' }).click()
  await outside.getByText(/Without an account it does not open/).waitFor()
  await look(outside, `open-link-${name}`)
})
