import { beforeAll, expect, test } from 'vitest'
import { makeNote, share, textOnServer } from './harness/notes.ts'
import type { Person } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { networkFailures } from './harness/watch.ts'

const quire = givenQuire()
let ana: Person
let bob: Person

const text = 'Typed while the database dies and comes back, each character once.'

beforeAll(async () => {
  ana = await quire.setUp('ana')
  bob = await quire.invite(ana, 'bob')
})

test('The database dies three times while two people type: every character is there once', async () => {
  const id = await makeNote(ana, 'Database', { anas: '', bobs: '' })
  await share(ana, id, { bob: 'writer' })
  const anas = await ana.openNote(id)
  const bobs = await bob.openNote(id)
  quire.watch.expect(...networkFailures)

  const typing = [anas.type('anas', text, { pause: 40 }), bobs.type('bobs', text, { pause: 40 })]
  for (const seen of ['Typed w', 'the database', 'comes back']) {
    await expect.poll(() => anas.text('anas')).toContain(seen)
    await expect.poll(() => quire.server.killDatabase()).toBe(true)
  }
  await Promise.all(typing)

  for (const note of [anas, bobs]) {
    await note.shows('anas', text)
    await note.shows('bobs', text)
  }
  for (const paragraph of ['anas', 'bobs'])
    await expect.poll(() => textOnServer(ana, id, paragraph)).toBe(text)
})
