import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { forge } from './harness/forged.ts'
import { makeNote, noteOnServer, share } from './harness/notes.ts'
import { picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()

test('Rita runs what stands there, and sends no code', async () => {
  const ana = await quire.setUp('ana')
  const rita = await quire.invite(ana, 'rita')
  await ana.rest.post('/groups', { name: 'runners', members: ['rita'] })
  const id = await makeNote(ana, 'Report', { sum: 'print(6 * 7, "is the answer")' })
  await share(ana, id, { runners: 'runner' })

  const note = await rita.openNote(id)
  await note.run('sum')
  await note.showsOutput('sum', '42 is the answer')
  await picture(note.page, 'runner')

  await note.paragraph('sum').getByText('is the answer').first().click()
  await note.page.keyboard.type('import os')
  await expectNothingToTypeIn(note.page)

  const before = await noteOnServer(ana, id)
  const change = [[0, 'import os #'], before.paragraphs[0]?.text.length]
  const edit = { paragraph: 'sum', version: 0, client: 'forged', changes: [change] }
  const answers = await forge(note.page, id, [
    { kind: 'paragraph.edit', body: edit },
    { kind: 'run.start', body: { paragraphs: ['sum'], edits: [edit] } },
    { kind: 'paragraph.insert', body: { paragraph: 'mine', after: '', text: 'import os' } },
    { kind: 'paragraph.title', body: { paragraph: 'sum', title: 'Mine' } },
    { kind: 'paragraph.settings', body: { paragraph: 'sum', settings: { hideCode: true } } },
    { kind: 'paragraph.delete', body: { paragraph: 'sum' } },
    { kind: 'note.configure', body: { settings: { defaultInterpreter: 'sh' } } },
  ])
  expect(answers).toEqual(answers.map(() => 'forbidden'))
  expect((await noteOnServer(ana, id)).paragraphs).toEqual(before.paragraphs)
})

async function expectNothingToTypeIn(page: Page) {
  expect(await page.locator('[data-pid] [contenteditable=true], [data-pid] textarea').count()).toBe(0)
  expect(await page.getByRole('button', { name: /^(add|insert|delete)/i }).count()).toBe(0)
}
