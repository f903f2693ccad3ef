import { beforeAll, expect, test } from 'vitest'
import { heard, look, opposites } from './harness/looks.ts'
import { NotePage } from './harness/notePage.ts'
import { makeNote, operate, share } from './harness/notes.ts'
import type { Person } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()
let ana: Person
let rita: Person
let note: string
let hasWidgets = false

const install = `import subprocess, sys
subprocess.run([sys.executable, "-m", "pip", "install", "-q", "ipywidgets"], capture_output=True)
import importlib, site
importlib.reload(site)
try:
    import ipywidgets
    print("there")
except ImportError:
    print("not there")`
const widget = `from ipywidgets import Button, Dropdown, IntSlider, Text, VBox
VBox([IntSlider(3, 0, 10, description="How many"), Text(description="Word"),
      Dropdown(options=["one", "two"], description="Which"), Button(description="Say it")])`
const long = `import time
total = 0
for number in range(3):
    total += number * number  # a line that is rather longer than the narrow panel is wide, so that it has to be folded or scrolled
    print("after", number, "the total is", total)
raise ValueError("this is how it ends")`

beforeAll(async () => {
  ana = await quire.setUp('ana')
  rita = await quire.invite(ana, 'rita')
  note = await makeNote(ana, 'Team/Running', {
    install,
    long,
    widget,
    ask: 'name = input("Who are you, and where do you come from? ")\nprint(name)',
  })
  await share(ana, note, { rita: 'writer' })
  await operate(ana, note, 'note.configure', { settings: { kernels: 'own' } })
  const ritas = await rita.openNote(note)
  await ritas.run('long')
  await ritas.showsOutput('long', 'this is how it ends')
  const open = await ana.openNote(note)
  await open.run('install')
  const said = open.output('install').getByText(/^(not )?there/)
  await said.waitFor({ timeout: 120_000 })
  hasWidgets = !(await said.textContent())?.startsWith('not')
  await open.run('long')
  await open.showsOutput('long', 'this is how it ends')
  await rita.closeBrowser()
  await ana.closeBrowser()
}, 180_000)

test.each(opposites)('Running looks right: $name', { timeout: 120_000 }, async ({ name, ...options }) => {
  await ana.context(options)
  const page = await ana.open(`/n/${note}`)
  const open = new NotePage(page)
  await open.isOpen()
  if (hasWidgets) {
    await open.run('widget')
    const box = open.paragraph('widget').locator('iframe')
    await open.paragraph('widget').frameLocator('iframe').getByRole('slider').waitFor()
    await box.scrollIntoViewIfNeeded()
    await look(page, `widgets-${name}`)
    const frame = await (await box.elementHandle())?.contentFrame()
    if (frame) await heard(frame, `the frame of widgets, ${name}`)
  }
  await open.run('ask')
  const field = open.paragraph('ask').getByRole('textbox', { name: /^Who are you/ })
  await field.waitFor()
  await field.scrollIntoViewIfNeeded()
  await look(page, `input-${name}`)

  await page.getByRole('button', { name: /^your python/ }).click()
  await page.getByRole('menuitem', { name: 'Restart' }).waitFor()
  await look(page, `kernel-chip-${name}`)
  await page.getByRole('menuitem', { name: 'Restart' }).click()
  await page.getByRole('dialog', { name: /^Restart/ }).waitFor()
  await look(page, `kernel-restart-${name}`)
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()

  await page.getByRole('button', { name: 'More about this note' }).click()
  await page.getByRole('menuitem', { name: /^Kernels/ }).click()
  await page.getByRole('dialog', { name: 'Kernels' }).waitFor()
  await look(page, `kernels-${name}`)
  await page.getByRole('button', { name: 'Done' }).click()

  await page.getByRole('button', { name: 'More about this note' }).click()
  await page.getByRole('menuitem', { name: 'Runs' }).click()
  const runs = page.getByRole('dialog', { name: 'Runs' })
  const row = runs.getByRole('listitem').filter({ hasText: 'Error' }).first()
  await row.getByRole('button', { name: 'Show output' }).click()
  await row.getByText('this is how it ends').last().waitFor()
  await look(page, `runs-${name}`)
  await row.scrollIntoViewIfNeeded()
  await look(page, `runs-row-${name}`)
  await page.keyboard.press('Escape')
  await field.fill('Zoë')
  await field.press('Enter')
  await open.hasRun('ask', 'ana')

  await page.goto('/')
  const isNarrow = options.viewport.width < 900
  if (isNarrow) await page.getByRole('button', { name: 'Show sidebar' }).click()
  const folder = page.getByRole('treeitem', { name: 'Team', exact: true })
  if (isNarrow) await folder.getByRole('button', { name: 'Actions for Team' }).click({ force: true })
  else await folder.click({ button: 'right' })
  await page.getByRole('menuitem', { name: /^Kernels/ }).click()
  await page.getByRole('dialog', { name: 'Kernels in “Team”' }).getByRole('radio').first().waitFor()
  await look(page, `folder-kernels-${name}`)
  expect(await page.getByRole('radio').count()).toBe(3)
})
