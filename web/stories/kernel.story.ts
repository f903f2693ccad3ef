import { beforeAll, test } from 'vitest'
import { makeNote } from './harness/notes.ts'
import { type Person, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()
let ana: Person

beforeAll(async () => {
  ana = await quire.setUp('ana')
})

test('A kernel that dies says so, and the next run gets a new one', async () => {
  const id = await makeNote(ana, 'Dies', {
    remember: 'x = 1\nprint("remembered", x)',
    die: 'import os; os._exit(1)',
    recall: 'print("x" in globals() and "still there" or "a fresh kernel")',
  })
  const note = await ana.openNote(id)
  await note.run('remember')
  await note.showsOutput('remember', 'remembered 1')
  await note.run('die')
  await note
    .paragraph('die')
    .getByText(/kernel.*(died|ended|gone|exit)/i)
    .first()
    .waitFor()
  await picture(note.page, 'kernel-died')
  await note.run('recall')
  await note.showsOutput('recall', 'a fresh kernel')
})

test('An endless loop is stopped, and the kernel stays', async () => {
  const id = await makeNote(ana, 'Loops', {
    set: 'y = 2\nprint("set")',
    loop: 'print("looping")\nwhile True: pass',
    get: 'print("y is", y)',
  })
  const note = await ana.openNote(id)
  await note.run('set')
  await note.showsOutput('set', 'set')
  await note.run('loop')
  await note.showsOutput('loop', 'looping')
  await note.run('get')
  await note.stop('loop')
  await note.showsOutput('loop', /KeyboardInterrupt/)
  await picture(note.page, 'kernel-interrupted')
  await note.run('get')
  await note.showsOutput('get', 'y is 2')
})

test('The kernel completes what is typed, and tells what it knows', async () => {
  const id = await makeNote(ana, 'Asks', { imported: 'import os\nprint("ready")', typed: 'os.path.joi' })
  const note = await ana.openNote(id)
  await note.run('imported')
  await note.showsOutput('imported', 'ready')
  await note.goToEnd('typed')
  await note.page.keyboard.press('Control+Space')
  await note.page.locator('.cm-tooltip-autocomplete').getByText('join').click()
  await note.shows('typed', 'os.path.join')
  await note.page.keyboard.press('Shift+Tab')
  const box = note.page.locator('.cm-inspection')
  await box.getByText(/Signature: +os\.path\.join/).waitFor()
  await picture(note.page, 'kernel-inspection')
  await note.page.keyboard.press('Escape')
  await box.waitFor({ state: 'detached' })
  await note.page.keyboard.type('()')
  await note.shows('typed', 'os.path.join()')
})
