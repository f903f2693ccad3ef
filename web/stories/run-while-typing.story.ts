import { expect, test } from 'vitest'
import { makeNote, textOnServer } from './harness/notes.ts'
import { picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()

test('What runs is the text at the moment of the key press, though the line is slow and typing goes on', async () => {
  const ana = await quire.setUp('ana')
  const id = await makeNote(ana, 'Hurry', { code: '' })
  const note = await ana.openNote(id)
  await note.goToEnd('code')
  quire.server.network.delay = 250
  await note.page.keyboard.type('print("as it was when run was pressed")')
  await note.page.keyboard.press('Control+Enter')
  await note.page.keyboard.type('; print("and what came later")')

  await note.showsOutput('code', 'as it was when run was pressed')
  await note.paragraph('code').getByText('code changed since').waitFor()
  await picture(note.page, 'run-while-typing')
  quire.server.network.delay = 0
  const whole = 'print("as it was when run was pressed"); print("and what came later")'
  await note.shows('code', whole)
  await expect.poll(() => textOnServer(ana, id, 'code')).toBe(whole)
  expect(await note.output('code').textContent(), 'what came later did not run').not.toContain('later')
  const { runs } = await ana.rest.get<{ runs: { state: string }[] }>(`/notes/${id}/runs`)
  expect(runs, 'it ran once').toMatchObject([{ state: 'done' }])
})
