import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { look, opposites } from './harness/looks.ts'
import { makeNote, share } from './harness/notes.ts'
import { type Person, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { refused } from './harness/watch.ts'

const quire = givenQuire()
let ana: Person
let lea: Person
let kim: Person
let note: string
const students = Array.from({ length: 30 }, (_, i) => `student-${i + 1}`)

beforeAll(async () => {
  ana = await quire.setUp('ana')
  for (const name of students) await ana.rest.post('/users', { name })
  lea = await quire.invite(ana, 'lea')
  kim = await quire.invite(ana, 'kim')
  await ana.rest.post('/groups', { name: 'class', members: ['lea'] })
  await ana.rest.post('/groups', { name: 'evening', members: ['student-29', 'student-30'] })
  note = await makeNote(ana, 'Course/Exam', { one: 'print("exam")' })
  await share(ana, note, { class: 'writer' })
}, 120_000)

interface GroupRow {
  id: number
  name: string
  members: { name: string; leads: boolean }[]
}

async function group(name: string): Promise<GroupRow> {
  const { groups } = await ana.rest.get<{ groups: GroupRow[] }>('/groups')
  const found = groups.find((g) => g.name === name)
  if (!found) throw new Error(`no group ${name}`)
  return found
}

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

test('A list of names is pasted into a group, told while it is written, and saved as a whole', async () => {
  const page = await ana.open('/people?tab=groups')
  quire.watch.expect(refused(400))
  await card(page, 'class').getByRole('button', { name: 'Paste a list… into class' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a list to “class”' })
  const names = dialog.getByRole('textbox', { name: 'Names' })
  await names.fill([...students.slice(0, 28), 'Lea', 'nobody-here', 'student-1'].join('\n'))
  await dialog.getByText('Nobody is called nobody-here').waitFor()
  await dialog.getByText('30 names: 28 found, 1 already in the group, 1 repeated, 1 unknown.').waitFor()
  expect(await dialog.getByRole('button', { name: /^Add/ }).isDisabled()).toBe(true)
  await picture(page, 'administration-paste-unknown')

  await names.fill(students.slice(0, 28).join(', '))
  await dialog.getByText('28 people gain access on 1 note').waitFor()
  await picture(page, 'administration-paste')
  await dialog.getByRole('button', { name: 'Add 28' }).click()
  await dialog.waitFor({ state: 'hidden' })
  expect((await group('class')).members).toHaveLength(29)
})

test('A group in a group is shown to whom it gives what before it is saved; a circle is told in words', async () => {
  const page = await ana.open('/people?tab=groups')
  quire.watch.expect(refused(400))
  await page.getByRole('combobox', { name: 'Add members to class' }).fill('evening')
  await page.keyboard.press('Enter')
  await card(page, 'class').getByRole('button', { name: 'Add', exact: true }).click()
  const review = page.getByRole('dialog', { name: 'Add to “class”?' })
  await review.getByText('2 people gain access').waitFor()
  await review.getByText('student-29').waitFor()
  await picture(page, 'administration-nested')
  expect(
    (await group('class')).members.some((m) => m.name === 'evening'),
    'not yet',
  ).toBe(false)
  await review.getByRole('button', { name: 'Add' }).click()
  await review.waitFor({ state: 'hidden' })
  expect((await group('class')).members.some((m) => m.name === 'evening')).toBe(true)

  await page.getByRole('combobox', { name: 'Add members to evening' }).fill('class')
  await page.keyboard.press('Enter')
  await card(page, 'evening').getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText(/class > evening > class|evening > class > evening/).waitFor()
})

test('Whoever leads a group says who is in it, without being an administrator', async () => {
  const page = await ana.open('/people?tab=groups')
  await page.getByRole('searchbox', { name: 'Look for a member of class' }).fill('lea')
  await page.getByRole('button', { name: 'Actions for lea in class' }).click()
  await page.getByRole('menuitem', { name: 'Let lead the group' }).click()
  await card(page, 'class').getByText('Leads').waitFor()

  const hers = await lea.open('/')
  await hers.getByRole('button', { name: /account and more/ }).click()
  await hers.getByRole('menuitem', { name: 'My groups' }).click()
  await hers.getByRole('heading', { name: 'My groups', level: 1 }).waitFor()
  await hers.getByRole('combobox', { name: 'Add members to class' }).fill('kim')
  await hers.keyboard.press('Enter')
  await card(hers, 'class').getByRole('button', { name: 'Add', exact: true }).click()
  await expect
    .poll(async () => (await group('class')).members.some((m) => m.name === 'kim'), { timeout: 10_000 })
    .toBe(true)
  await picture(hers, 'administration-my-groups')
})

test('A cap on a class is previewed, counts at once, and is lifted and put back', async () => {
  const may = async () => (await kim.rest.get<{ allowed: string[] }>(`/nodes/${note}`)).allowed
  expect(await may()).toEqual(['read', 'run', 'write'])
  const page = await ana.open('/people?tab=caps')
  await page.getByRole('button', { name: 'New cap' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('combobox', { name: 'Group' }).fill('class')
  await page.keyboard.press('Enter')
  await form.getByRole('radio', { name: /Look and run/ }).check()
  await form.getByRole('radio', { name: /In a folder you can see/ }).check()
  await form.getByRole('radio', { name: 'Course' }).check({ force: true })
  await form.getByLabel('Reason (optional)').fill('Exam')
  await form.getByRole('button', { name: 'See what it does' }).click()
  await form.getByText(/32 people may do less on 1 note/).waitFor()
  await picture(page, 'administration-cap-preview')
  expect(await may(), 'not set yet').toContain('write')
  await form.getByRole('button', { name: 'Set the cap' }).click()
  await page.getByRole('listitem', { name: 'class: In “Course” and below' }).waitFor()
  expect(await may()).toEqual(['read', 'run'])

  await page.getByRole('button', { name: 'Lift the cap on class: In “Course” and below' }).click()
  await page.getByText('No group is limited').waitFor()
  expect(await may()).toContain('write')
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('listitem', { name: 'class: In “Course” and below' }).waitFor()
  expect(await may()).toEqual(['read', 'run'])
})

test('What nobody owns any more is passed on', async () => {
  const gone = await quire.invite(ana, 'gone')
  const left = await makeNote(gone, 'Left behind', { one: '1' })
  const { id } = await gone.rest.get<{ id: number }>('/me')
  await ana.rest.patch(`/users/${id}`, { disabled: true })

  const page = await ana.open('/people?tab=ownerless')
  await page.getByText('was owned by gone').waitFor()
  await page.getByRole('button', { name: 'Pass on… “Left behind”' }).click()
  const dialog = page.getByRole('dialog', { name: 'Pass “Left behind” on' })
  await dialog.getByRole('combobox', { name: 'New owner' }).fill('kim')
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Pass on' }).click()
  await page.getByText('Everything has an owner').waitFor()
  expect((await kim.rest.get<{ allowed: string[] }>(`/nodes/${left}`)).allowed).toContain('manage')

  await page.goto('/people?tab=log')
  await page.getByLabel('Operation begins with').fill('ownerless.')
  await page.keyboard.press('Enter')
  const log = page.getByRole('list', { name: 'Audit log' })
  await expect.poll(() => log.getByRole('listitem').count(), { timeout: 10_000 }).toBe(1)
  await log.getByText('ownerless.pass', { exact: true }).waitFor()
})

test('Accounts are made of a pasted list, and the invitations are copied once', async () => {
  const page = await ana.open('/people')
  await page.getByRole('button', { name: 'Paste a list…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a list of people' })
  const names = dialog.getByRole('textbox', { name: 'Names' })
  await names.fill('zora\tZora Lund\nSTUDENT-7\nclass\nzed')
  await dialog.getByText('4 names: 2 free, 2 taken.').waitFor()
  await dialog.getByText('Somebody or a group is called STUDENT-7, class already.').waitFor()
  expect(await dialog.getByRole('button', { name: /^Add 4/ }).isDisabled()).toBe(true)
  await picture(page, 'administration-accounts-taken')
  await names.fill('zora\tZora Lund\nzed')
  await dialog.getByRole('combobox', { name: /^Groups for all/ }).fill('evening')
  await dialog.getByRole('option', { name: 'evening' }).click()
  await dialog.getByRole('button', { name: 'Add 2 and get links' }).click()
  const made = page.getByRole('dialog', { name: '2 people are added' })
  const links = (await made.getByLabel('Invitations').inputValue()).split('\n').map((l) => l.split('\t'))
  expect(links.map(([name]) => name)).toEqual(['zora', 'zed'])
  await picture(page, 'administration-accounts-made')
  await made.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('listitem', { name: 'zora' }).getByText('Zora Lund').waitFor()
  expect((await group('evening')).members.map((m) => m.name)).toContain('zed')

  const secret = new URL(links[0]?.[1] ?? '').hash.slice(1)
  const zora = quire.stranger('zora')
  await zora.rest.post('/session/link', { secret, password: 'seven green bottles' })
  expect((await zora.rest.get<{ name: string }>('/me')).name).toBe('zora')
})

test.each(opposites)('The pages of administration look right: $name', async ({ name, ...options }) => {
  await makeOwnerless(name)
  await ana.context(options)
  const page = await ana.open('/')
  for (const tab of ['users', 'groups', 'caps', 'ownerless', 'log', 'settings']) {
    await page.goto(`/people?tab=${tab}`)
    await page.getByRole('tabpanel').waitFor()
    await page.waitForLoadState('networkidle')
    await look(page, `administration-${tab}-${name}`)
  }
  await page.goto('/people')
  await page.getByRole('button', { name: 'Paste a list…' }).click()
  await page.getByRole('textbox', { name: 'Names' }).fill(`lea, new-${name}`)
  await page.getByText('Somebody or a group is called lea already.').waitFor()
  await look(page, `administration-accounts-${name}`)
  await page.getByRole('textbox', { name: 'Names' }).fill(`new-${name}`)
  await page.getByRole('button', { name: 'Add 1 and get links' }).click()
  await page.getByLabel('Invitations').waitFor()
  await look(page, `administration-invitations-${name}`)
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Actions for kim' }).click()
  await page.getByRole('menuitem', { name: 'What kim can reach…' }).click()
  await page.getByRole('dialog').getByRole('list', { name: 'Within reach' }).waitFor()
  await look(page, `administration-reach-${name}`)
  await page.goto('/account')
  await page.getByRole('region', { name: 'What you can reach' }).getByRole('button', { name: 'Show' }).click()
  await page.getByRole('list', { name: 'Within reach' }).waitFor()
  await look(page, `administration-account-${name}`)
  await page.goto('/groups')
  await page.getByText('You are in no group').waitFor()
  await look(page, `administration-no-groups-${name}`)
})

async function makeOwnerless(name: string) {
  const gone = await quire.invite(ana, `gone-${name}`)
  await makeNote(gone, `Left by ${name}`, { one: '1' })
  const { id } = await gone.rest.get<{ id: number }>('/me')
  await ana.rest.patch(`/users/${id}`, { disabled: true })
}
