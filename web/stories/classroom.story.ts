import { expect, test } from 'vitest'
import { makeNote, share } from './harness/notes.ts'
import { picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()

test('A class runs one note, each in a kernel of their own', { timeout: 150_000 }, async () => {
  const ana = await quire.setUp('ana')
  const pupils = []
  for (const name of ['rita', 'rob']) pupils.push(await quire.invite(ana, name))
  const { id: folder } = await ana.rest.post<{ id: string }>('/nodes', { kind: 'folder', name: 'Class' })
  const id = await makeNote(ana, 'Exercise', {
    who: 'name = input("Your name? ")',
    greet: 'print("hello,", name)',
  })
  await ana.rest.patch(`/nodes/${id}`, { parent: folder })
  await share(ana, id, { rita: 'runner', rob: 'runner' })

  const anas = await ana.openNote(id)
  await anas.page.getByRole('treeitem', { name: /Class/ }).hover()
  await anas.page.getByRole('button', { name: 'Actions for Class' }).click()
  await anas.page.getByRole('menuitem', { name: /^Kernels/ }).click()
  await anas.page.getByRole('radio', { name: /Each their own/ }).check()
  await expect
    .poll(() => ana.rest.get<{ kernels?: string }>(`/nodes/${folder}`))
    .toMatchObject({ kernels: 'own' })
  await picture(anas.page, 'classroom-folder')
  await anas.page.getByRole('button', { name: 'Done' }).click()

  const notes = await Promise.all(pupils.map((p) => p.openNote(id)))
  for (const note of notes) await note.run('who')
  for (const [i, note] of notes.entries()) {
    const field = note.paragraph('who').getByRole('textbox', { name: 'Your name?' })
    await field.fill(pupils[i]?.name ?? '')
    await field.press('Enter')
    await note.run('greet')
  }
  for (const [i, note] of notes.entries()) {
    await note.showsOutput('greet', `hello, ${pupils[i]?.name}`)
    await note.paragraph('greet').getByText('Only you and writers see this').waitFor()
    const others = pupils.filter((_, n) => n !== i).map((p) => `hello, ${p.name}`)
    for (const text of others) expect(await note.page.getByText(text).count()).toBe(0)
  }

  const [first] = notes
  if (!first) throw new Error('nobody came')
  const chip = first.page.getByRole('contentinfo').getByRole('button', { name: /^your python3/ })
  await chip.click()
  await first.page.getByText('Your own kernel').waitFor()
  await picture(first.page, 'classroom-kernel')
  await first.page.keyboard.press('Escape')

  const others = anas.page.getByRole('contentinfo').getByRole('button', { name: '2 of others’ own' })
  await others.click()
  await anas.page.getByRole('menuitem', { name: /Stop rita’s python3/ }).click()
  await anas.page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click()
  await first.page.getByRole('contentinfo').getByText('stopped by ana').waitFor()
  await picture(first.page, 'classroom-stopped')
  await notes[1]?.run('greet')
  await notes[1]?.showsOutput('greet', 'hello, rob')
})
