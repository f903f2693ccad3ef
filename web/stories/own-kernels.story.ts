import { expect, test } from 'vitest'
import { makeNote, operate, share } from './harness/notes.ts'
import { picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()

test('Each runs in a kernel of their own, and the writer finds all of it', async () => {
  const ana = await quire.setUp('ana')
  const rita = await quire.invite(ana, 'rita')
  const rob = await quire.invite(ana, 'rob')
  const id = await makeNote(ana, 'Exercise', {
    count: 'try:\n    turn += 1\nexcept NameError:\n    turn = 1\nprint("turn", turn)',
  })
  await share(ana, id, { rita: 'runner', rob: 'runner' })

  await ana.context({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' })
  const anas = await ana.openNote(id)
  await anas.page.getByRole('button', { name: 'More about this note' }).click()
  await anas.page.getByRole('menuitem', { name: /^Kernel/ }).click()
  await anas.page.getByRole('radio', { name: /Each their own/ }).check()
  await picture(anas.page, 'own-kernels-choice')
  await anas.page.getByRole('button', { name: 'Done' }).click()

  const ritas = await rita.openNote(id)
  await ritas.run('count')
  await ritas.showsOutput('count', 'turn 1')
  await ritas.page.getByText('Only you and writers see this').waitFor()
  await ritas.run('count')
  await ritas.showsOutput('count', 'turn 2')

  const robs = await rob.openNote(id)
  expect(await robs.page.getByText('turn 2').count()).toBe(0)
  await robs.run('count')
  await robs.showsOutput('count', 'turn 1')
  await ritas.showsOutput('count', 'turn 2')

  await operate(ana, id, 'paragraph.title', { paragraph: 'count', title: 'Counting' })
  for (const colorScheme of ['light', 'dark'] as const) {
    await anas.page.emulateMedia({ colorScheme })
    await anas.page.getByRole('button', { name: 'More about this note' }).click()
    await anas.page.getByRole('menuitem', { name: 'Runs' }).click()
    const rows = anas.page.getByRole('dialog').getByRole('listitem')
    await rows.nth(2).waitFor()
    expect(await rows.filter({ hasText: 'rita' }).count()).toBe(2)
    await rows.filter({ hasText: 'rita' }).first().getByRole('button', { name: 'Show output' }).click()
    await rows.filter({ hasText: 'turn 2' }).waitFor()
    await picture(anas.page, `own-kernels-runs-${colorScheme}`)
    await anas.page.keyboard.press('Escape')
  }
  await picture(ritas.page, 'own-kernels-rita')
})
