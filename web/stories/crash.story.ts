import { beforeAll, expect, test } from 'vitest'
import type { NotePage } from './harness/notePage.ts'
import { makeNote, share, textOnServer } from './harness/notes.ts'
import { type Person, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { leaving, networkFailures } from './harness/watch.ts'

const quire = givenQuire()
let ana: Person
let bob: Person

const before = 'typed before the crash, '
const while_ = 'and forty more characters while it is down'

beforeAll(async () => {
  ana = await quire.setUp('ana')
  bob = await quire.invite(ana, 'bob')
})

async function openBoth(name: string) {
  const id = await makeNote(ana, name, { anas: '', bobs: '' })
  await share(ana, id, { bob: 'writer' })
  return { id, anas: await ana.openNote(id), bobs: await bob.openNote(id) }
}

/** The server dies under both while they type, and they go on. */
async function crashWhileTyping(anas: NotePage, bobs: NotePage) {
  quire.watch.expect(...networkFailures)
  const typing = [anas.type('anas', before, { pause: 15 }), bobs.type('bobs', before, { pause: 15 })]
  await expect.poll(() => anas.text('anas')).toContain('typed be')
  await quire.server.kill()
  await Promise.all(typing)
  await Promise.all([anas.page.keyboard.type(while_), bobs.page.keyboard.type(while_)])
  for (const note of [anas, bobs]) await note.connectionBanner().waitFor()
}

async function expectOnce(id: string, pages: NotePage[], whole: { anas: string; bobs: string }) {
  for (const [paragraph, text] of Object.entries(whole)) {
    for (const note of pages) await note.shows(paragraph, text)
    await expect.poll(() => textOnServer(ana, id, paragraph)).toBe(text)
  }
}

test('The server is killed in mid-typing: everything typed is there once, and nobody reloaded', async () => {
  const { id, anas, bobs } = await openBoth('Crash')
  await crashWhileTyping(anas, bobs)
  await picture(anas.page, 'crash-offline')
  await quire.server.start()

  for (const note of [anas, bobs]) await note.connectionBanner().waitFor({ state: 'hidden' })
  await expectOnce(id, [anas, bobs], { anas: before + while_, bobs: before + while_ })
  await picture(anas.page, 'crash-back')
})

test('Ana reloads while the server is down: what she typed comes all the same, once', async () => {
  const { id, anas, bobs } = await openBoth('Crash and reload')
  await crashWhileTyping(anas, bobs)
  quire.watch.expect(leaving)
  await anas.page.reload().catch(() => {}) // there is nothing that could answer
  await quire.server.start()
  const comesBack = () => anas.page.goto(`/n/${id}`).then(Boolean, () => false) // Chromium tries by itself, too
  await expect.poll(comesBack).toBe(true)

  await expectOnce(id, [anas, bobs], { anas: before + while_, bobs: before + while_ })
})

test('Ana duplicates her tab before the crash: both tabs come back, and nothing is doubled', async () => {
  const { id, anas, bobs } = await openBoth('Crash and duplicate')
  const [fromAna, fromTwin] = [before + while_, ' And the twin.']
  await anas.type('anas', 'first. ')
  await anas.isSaved()
  const twin = await anas.duplicate()
  await twin.shows('anas', 'first. ')
  await crashWhileTyping(anas, bobs)
  await twin.type('anas', fromTwin)
  await quire.server.start()

  const onServer = async () => (await textOnServer(ana, id, 'anas')) ?? ''
  await expect.poll(onServer).toContain(fromTwin)
  // Both type at one place, so that what the twin typed may stand in the middle of it.
  await expect.poll(async () => (await onServer()).replace(fromTwin, '')).toContain(fromAna)
  const text = await onServer()
  expect(text, 'nothing is there twice').toHaveLength(`first. ${fromAna}${fromTwin}`.length)
  await expectOnce(id, [anas, bobs, twin], { anas: text, bobs: before + while_ })
})
