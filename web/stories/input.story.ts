import { beforeAll, expect, test } from 'vitest'
import { makeNote, share } from './harness/notes.ts'
import { type Person, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { refused } from './harness/watch.ts'

const quire = givenQuire()
let ana: Person
let bob: Person

beforeAll(async () => {
  ana = await quire.setUp('ana')
  bob = await quire.invite(ana, 'bob')
})

test('Code asks whoever ran it: over a reload, in a second tab, and nobody else', async () => {
  const id = await makeNote(ana, 'Asks', {
    ask: 'name = input("Who are you? ")\nprint("hello,", name)',
    next: 'print("next")',
  })
  await share(ana, id, { bob: 'writer' })
  const [anas, bobs] = [await ana.openNote(id), await bob.openNote(id)]
  await anas.run('ask')
  const field = anas.paragraph('ask').getByRole('textbox', { name: 'Who are you?' })
  await field.waitFor()
  await expect.poll(() => field.evaluate((e) => e === document.activeElement)).toBe(true)
  await picture(anas.page, 'input-light')
  await anas.page.emulateMedia({ colorScheme: 'dark' })
  await picture(anas.page, 'input-dark')
  await bobs.paragraph('ask').getByText('Waits for ana’s input').waitFor()
  expect(await bobs.page.getByRole('textbox', { name: 'Who are you?' }).count()).toBe(0)
  await picture(bobs.page, 'input-other')

  await field.press('Escape')
  expect(await anas.paragraph('ask').evaluate((e) => e === document.activeElement)).toBe(true)

  await anas.page.reload()
  await field.waitFor()
  const twin = await ana.openNote(id)
  const other = twin.paragraph('ask').getByRole('textbox', { name: 'Who are you?' })
  await other.fill('Zoë')
  await other.press('Enter')
  for (const note of [anas, twin, bobs]) await note.showsOutput('ask', 'hello, Zoë')
  await field.waitFor({ state: 'detached' })
  await bobs.paragraph('ask').getByText('Waits for ana’s input').waitFor({ state: 'detached' })
})

test('A password is typed unseen, and is in no output', async () => {
  const id = await makeNote(ana, 'Secret', {
    ask: 'from getpass import getpass\nword = getpass("Word: ")\nprint(len(word), "letters")',
  })
  const note = await ana.openNote(id)
  await note.run('ask')
  const field = note.paragraph('ask').getByLabel('Word:')
  await field.waitFor()
  expect(await field.getAttribute('type')).toBe('password')
  await note.page.keyboard.type('hunter22')
  await note.page.keyboard.press('Enter')
  await note.showsOutput('ask', '8 letters')
  expect(await note.output('ask').textContent()).not.toContain('hunter22')
})

test('A question is interrupted, and one who may not run any more is refused', async () => {
  const id = await makeNote(ana, 'Refused', { ask: 'input("Again? ")' })
  await share(ana, id, { bob: 'runner' })
  const note = await ana.openNote(id)
  await note.run('ask')
  await note.paragraph('ask').getByRole('button', { name: 'Interrupt' }).click()
  await note.showsOutput('ask', /KeyboardInterrupt/)
  expect(await note.page.getByRole('textbox', { name: 'Again?' }).count()).toBe(0)

  const bobs = await bob.openNote(id)
  await bobs.run('ask')
  const field = bobs.page.getByRole('textbox', { name: 'Again?' })
  await field.waitFor()
  quire.watch.expect(refused(403))
  await share(ana, id, { bob: 'reader' })
  await field.fill('yes').catch(() => {})
  await bobs
    .paragraph('ask')
    .getByText(/may not|not allowed|cannot/i)
    .or(bobs.paragraph('ask').getByText(/Cancelled|Interrupt/i))
    .first()
    .waitFor()
  await picture(bobs.page, 'input-refused')
})
