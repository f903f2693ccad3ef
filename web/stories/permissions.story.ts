import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { makeNote, share } from './harness/notes.ts'
import { type Person, password, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { refused } from './harness/watch.ts'

const quire = givenQuire()
let ana: Person
let note: string

beforeAll(async () => {
  ana = await quire.setUp('ana')
  for (const name of ['bob', 'rita', 'vera']) await quire.invite(ana, name)
  note = await makeNote(ana, 'Churn', { one: 'print("churn")' })
})

async function openLock(page: Page) {
  await page.getByRole('treeitem', { name: 'Churn' }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Share…' }).click()
  return page.getByRole('dialog', { name: 'Share “Churn”' })
}

const grantsOf = async () => {
  const { grants } = await ana.rest.get<{ grants: { principal: { name: string }; role: string }[] }>(
    `/nodes/${note}/grants`,
  )
  return Object.fromEntries(grants.map((g) => [g.principal.name, g.role]))
}

async function paste(page: Page, text: string) {
  await page.evaluate((t) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', t)
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    )
  }, text)
}

test('A pasted list with a name nobody bears is told at once, and the rest is added', async () => {
  const page = await ana.open()
  const lock = await openLock(page)
  await lock.getByLabel('Add people or groups').focus()
  await paste(page, 'bob, nobody-here; rita')
  await lock.getByRole('alert').filter({ hasText: 'Unknown here: nobody-here' }).waitFor()
  await picture(page, 'permissions-unknown-name')

  await lock.getByRole('button', { name: 'Share', exact: true }).click()
  await lock.getByText('Some names above are not known').waitFor()
  expect(await grantsOf(), 'nothing is saved while a name is unknown').toEqual({ ana: 'owner' })

  await lock.getByRole('button', { name: 'Remove nobody-here' }).click()
  await lock.getByLabel('They').selectOption('runner')
  await lock.getByRole('button', { name: 'Share', exact: true }).click()
  await lock.getByText('Saved. bob and rita can run.').waitFor()
  expect(await grantsOf()).toEqual({ ana: 'owner', bob: 'runner', rita: 'runner' })
})

test('The last owner stays', async () => {
  const page = await ana.open()
  const lock = await openLock(page)
  await lock.getByRole('button', { name: 'ana: Can manage' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await lock.getByText('A note keeps at least one owner').waitFor()
  expect((await grantsOf()).ana).toBe('owner')

  const { version } = await ana.rest.get<{ version: number }>(`/nodes/${note}/grants`)
  const without = { version, grants: [{ principal: { name: 'bob' }, role: 'writer' }] }
  const status = await ana.rest.status('PUT', `/nodes/${note}/grants`, without)
  expect(status, 'the server does not allow it either').toBe(409)
})

test('Everyone is asked for twice', async () => {
  const page = await ana.open()
  const lock = await openLock(page)
  await lock.getByRole('button', { name: 'Everyone who signs in' }).click()
  await lock.getByLabel('They').selectOption('reader')
  await lock.getByRole('button', { name: 'Share', exact: true }).click()
  const ask = page.getByRole('dialog', { name: 'Share with everyone?' })
  await ask.getByText('Everyone who signs in will be able to read this note.').waitFor()
  await picture(page, 'permissions-everyone')
  expect(await grantsOf(), 'the first press saves nothing').not.toHaveProperty('everyone')

  await ask.getByRole('button', { name: 'Share with everyone' }).click()
  await lock.getByText('Saved. Everyone who signs in can read.').waitFor()
  await lock.getByRole('button', { name: 'Done' }).click()
  expect(await grantsOf()).toHaveProperty('everyone', 'reader')
  await page
    .getByRole('treeitem', { name: 'Churn' })
    .and(page.getByRole('treeitem', { description: 'Everyone who signs in' }))
    .waitFor()
})

test('Who may not read a note learns nothing of it', async () => {
  const secret = await makeNote(ana, 'Merger plans', { one: 'print("offer-4711")' })
  const eve = await quire.invite(ana, 'eve')
  quire.watch.expect(refused(404))
  const page = await eve.open(`/n/${secret}`)
  await page.getByText('There is nothing here that you may read').waitFor()
  await page.getByRole('button', { name: 'Ask for access' }).waitFor()
  await picture(page, 'no-access')
  const same = (await page.locator('main').textContent())?.replaceAll(secret, '')

  const other = await eve.open(`/n/${secret.slice(0, 8)}zzzzzzzz${secret.slice(16)}`)
  await other.getByRole('button', { name: 'Ask for access' }).waitFor()
  expect(await other.locator('main').textContent(), 'as if there were no such note').toBe(same)
  expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toMatch(/merger|4711/i)

  await share(ana, secret, { eve: 'reader' })
  await page.reload()
  await page.getByText('print("offer-4711")').waitFor()
})

test('Signing in leads where one wanted to go', async () => {
  const bob = quire.stranger('bob')
  quire.watch.expect(refused(401))
  const page = await bob.open(`/n/${note}`)
  await page.waitForURL((u) => u.pathname === '/sign-in' && u.searchParams.get('next') === `/n/${note}`)
  await page.getByLabel('Name').fill('bob')
  await page.getByLabel('Password').fill('not his password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`**/n/${note}`)
  await page.getByText('print("churn")').waitFor()
})
