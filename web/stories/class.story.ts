// docs/guide/a-class.md, told by doing it. QUIRE_CLASS says how many students there are.
import { beforeAll, expect, test, vi } from 'vitest'
import { Attendee } from './harness/attendee.ts'
import { NotePage } from './harness/notePage.ts'
import { makeNote, share, textOnServer } from './harness/notes.ts'
import { illustrate, type Person } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { refused } from './harness/watch.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })
const quire = givenQuire()
const look = { viewport: { width: 1200, height: 760 }, colorScheme: 'light' } as const
const size = Number(process.env.QUIRE_CLASS ?? 8)

/** What a kernel may take to start where many do, ms. */
const patience = 180_000

let max: Person
let tessa: Person
const students: Person[] = []
let note = ''

beforeAll(async () => {
  max = await quire.setUp('max')
  tessa = await quire.invite(max, 'tessa')
  for (const name of ['rita', 'omar', 'li']) students.push(await quire.invite(max, name))
  for (let i = students.length + 1; i <= size; i++)
    students.push(await quire.invite(max, `student${String(i).padStart(2, '0')}`))
})

const tosses = [
  'toss,side',
  ...Array.from({ length: 200 }, (_, i) => `${i + 1},${(i * 7) % 13 < 7 ? 'heads' : 'tails'}`),
].join('\n')

const exercise = `import csv, random
tosses = [row["side"] for row in csv.DictReader(open("tosses.csv"))]
turn = globals().get("turn", 0) + 1
mine = random.sample(tosses, 20)
print("turn", turn, "in a kernel of your own:", mine.count("heads"), "heads of 20")`

async function openNote(who: Person): Promise<NotePage> {
  await who.context(look)
  return who.openNote(note)
}

test('A group, made of a list', async () => {
  await max.context(look)
  const page = await max.open('/people?tab=groups')
  await page.getByRole('button', { name: 'New group' }).click()
  const dialog = page.getByRole('dialog', { name: 'New group' })
  await dialog.getByLabel('Name', { exact: true }).fill('class-b')
  await dialog.getByRole('button', { name: 'Create' }).click()

  await page.getByRole('button', { name: /^Paste a list.* into class-b/ }).click()
  const list = page.getByRole('dialog', { name: 'Add a list to “class-b”' })
  const names = students.map((s) => s.name)
  await list.getByLabel('Names').fill([...names, names[0], 'nobody-here'].join('\n'))
  quire.watch.expect(refused(400)) // what comes of a list with an unknown name
  await list.getByText('Nobody is called nobody-here').waitFor()
  await illustrate(page, 'class-list')
  await list.getByLabel('Names').fill(names.join('\n'))
  await list.getByRole('button', { name: `Add ${size}` }).click()
  await list.waitFor({ state: 'hidden' })
  await page.getByText(`${size} members`).first().waitFor()
})

test('A folder for the class', async () => {
  await tessa.context(look)
  const page = await tessa.open()
  await page.getByRole('button', { name: 'New folder' }).click()
  await page.getByLabel('Name of the new folder').fill('Statistics')
  await page.keyboard.press('Enter')
  await page.getByRole('treeitem', { name: 'Statistics' }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Share…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Share “Statistics”' })
  await dialog.getByLabel('Add people or groups').fill('class-b')
  await dialog.getByRole('option', { name: 'class-b' }).click()
  await dialog.getByLabel('They').selectOption('runner')
  await dialog.getByRole('button', { name: 'Share', exact: true }).click()
  await dialog.getByRole('button', { name: 'class-b: Can run' }).waitFor()
  await dialog.getByText(/Saved\./).waitFor()
  await illustrate(page, 'class-share')
  await dialog.getByRole('button', { name: 'Done' }).click()
})

test('A note in it, with its file, and a kernel for each', async () => {
  await tessa.context(look)
  const page = await tessa.open()
  await page.getByRole('treeitem', { name: 'Statistics' }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'New note here' }).click()
  await page.getByLabel('Name of the new note').fill('Coin tosses')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/n\/[0-9a-z]{26}$/)
  note = page.url().slice(-26)
  const open = new NotePage(page)
  await open.choose('Files')
  const file = { name: 'tosses.csv', mimeType: 'text/csv', buffer: Buffer.from(tosses) }
  await page.getByLabel('Files to upload').setInputFiles(file)
  await page.getByRole('link', { name: 'tosses.csv' }).waitFor()
  await page.keyboard.press('Escape')
  await open.add(exercise)
  await open.isSaved()

  await open.choose(/^Kernel/)
  await page.getByRole('radio', { name: /Each their own/ }).check()
  await illustrate(page, 'class-kernels')
  await page.getByRole('button', { name: 'Done' }).click()
})

test('All run it at once, each in a kernel of their own', async () => {
  const [rita, omar, li, ...others] = students as [Person, Person, Person, ...Person[]]
  const teacher = await openNote(tessa)
  const paragraph = await teacher.idOf('csv')
  const pages = await Promise.all([rita, omar, li].map(openNote))
  const sockets = await Promise.all(others.map((s) => Attendee.open(s, note)))

  const ended = sockets.map((s) => s.run(paragraph))
  for (const page of pages) await page.run(paragraph)
  for (const [i, page] of pages.entries()) await page.hasRun(paragraph, students[i]?.name ?? '', patience)
  expect(await Promise.all(ended)).toEqual(others.map(() => 'done'))

  for (const page of pages) {
    await page.showsOutput(paragraph, 'turn 1 in a kernel of your own')
    await page.paragraph(paragraph).getByText('Only you and writers see this').waitFor()
  }
  for (const [i, s] of sockets.entries()) {
    await s.saw((f) => JSON.stringify(f).includes('turn 1 in a kernel of your own'))
    for (const other of students) if (other !== others[i]) expect(s.runsOf(other.name)).toBe(0)
  }
  await illustrate(pages[0]?.page ?? teacher.page, 'class-own')
  for (const s of sockets) s.close()

  await teacher.page.getByText(`${size} of others’ own`).waitFor()
  await teacher.choose('Runs')
  const rows = teacher.page.getByRole('dialog', { name: 'Runs' }).getByRole('listitem')
  await rows.filter({ hasText: 'rita' }).getByRole('button', { name: 'Show output' }).click()
  const ritas = rows.filter({ hasText: 'turn 1 in a kernel of your own' })
  await ritas.waitFor()
  await illustrate(teacher.page, 'class-runs', ritas)
})

test('A copy of one’s own to try things in', async () => {
  const rita = students[0] as Person
  const { page } = await openNote(rita)
  await page.getByRole('button', { name: 'Try your own copy' }).click()
  await page.waitForURL((url) => !url.pathname.endsWith(note))
  const copy = new NotePage(page)
  await page.getByText('Scratch copy of “Coin tosses”').waitFor()
  const mine = await copy.add('print("my own idea:", open("tosses.csv").readline())')
  await page.keyboard.press('Control+Enter')
  await copy.hasRun(mine, 'rita', patience)
  await copy.showsOutput(mine, 'my own idea: toss,side')
  await illustrate(page, 'class-scratch')
  await page.getByRole('button', { name: 'Save as my own note' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save as my own note' })
  await dialog.getByLabel('Name', { exact: true }).fill('My tosses')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('treeitem', { name: 'My tosses' }).waitFor()
})

test('A cap on the class while it sits an exam', async () => {
  const li = await openNote(students[2] as Person)
  await li.paragraph().first().getByRole('button', { name: 'Run', exact: true }).waitFor()
  await max.context(look)
  const page = await max.open('/people?tab=caps')
  await page.getByRole('button', { name: 'New cap' }).click()
  const form = page.getByRole('dialog', { name: 'New cap' })
  await form.getByLabel('Group').fill('class-b')
  await form.getByRole('option', { name: 'class-b' }).click()
  await form.getByRole('radio', { name: /Look only/ }).check()
  await form.getByRole('radio', { name: /At an address/ }).check()
  const { parent } = await tessa.rest.get<{ parent: string }>(`/nodes/${note}`)
  await form.getByLabel('Address', { exact: true }).fill(`${quire.server.origin}/?folder=${parent}`)
  await form.getByLabel('Reason').fill('Exam until noon')
  await form.getByRole('button', { name: 'See what it does' }).click()
  await page.getByRole('dialog', { name: 'Set this cap?' }).getByText(`${size} people may do less`).waitFor()
  await illustrate(page, 'class-cap')
  await page.getByRole('button', { name: 'Set the cap' }).click()

  await li.page.getByText('you may read this note').waitFor()
  expect(await li.page.getByRole('button', { name: 'Run', exact: true }).count()).toBe(0)
  await page.getByRole('button', { name: /^Lift the cap on class-b/ }).click()
  await li.paragraph().first().getByRole('button', { name: 'Run', exact: true }).waitFor()
})

test('Access that ends in mid-typing', async () => {
  const omar = students[1] as Person
  const project = await makeNote(tessa, 'Project', { text: 'plan-6174: ' })
  await share(tessa, project, { omar: 'writer' })
  await Promise.all([omar.context(look), tessa.context(look)])
  const [omars, tessas] = [await omar.openNote(project), await tessa.openNote(project)]
  await omars.type('text', 'first words. ')
  await omars.isSaved()

  await tessas.page.getByRole('button', { name: /^Share/ }).click()
  const dialog = tessas.page.getByRole('dialog', { name: 'Share “Project”' })
  await dialog.getByRole('button', { name: 'omar: Can write' }).click()
  quire.watch.expect(refused(404))
  const typing = omars.page.keyboard.type('1234567890'.repeat(20), { delay: 20 })
  await expect.poll(() => textOnServer(tessa, project, 'text')).toContain('1234567890')
  await tessas.page.getByRole('menuitem', { name: 'Remove' }).click()
  await omars.page.getByText('This note was closed for you').waitFor()
  await typing
  expect(await omars.page.evaluate(() => document.documentElement.textContent)).not.toContain('6174')
  await illustrate(omars.page, 'class-taken-back')

  const left = (await textOnServer(tessa, project, 'text')) ?? ''
  expect(`plan-6174: first words. ${'1234567890'.repeat(20)}`.startsWith(left), left).toBe(true)
  await tessas.shows('text', left)
})
