import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { makeNote, operate, share, textOnServer, unshare } from './harness/notes.ts'
import { type Person, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { refused } from './harness/watch.ts'

const quire = givenQuire()
let ana: Person

beforeAll(async () => {
  ana = await quire.setUp('ana')
})

const code = `import time
for i in range(600):
    print("figure-7391 number", i)
    time.sleep(0.05)`

test('Who loses access has nothing of the note left a second later, and the owner goes on', async () => {
  const rita = await quire.invite(ana, 'rita')
  const id = await makeNote(ana, 'Takeover-7391', { loop: code })
  await operate(ana, id, 'paragraph.title', { paragraph: 'loop', title: 'Bid-7391' })
  await share(ana, id, { rita: 'runner' })
  const anas = await ana.openNote(id)
  const ritas = await rita.openNote(id)
  await anas.run('loop')
  await ritas.showsOutput('loop', 'figure-7391 number 20')

  quire.watch.expect(refused(404))
  await unshare(ana, id, 'rita')
  await ritas.page.waitForFunction(() => !document.documentElement.textContent?.includes('7391'), undefined, {
    timeout: 1000,
  })
  const framesBefore = rita.frames.length
  await picture(ritas.page, 'revoked')
  expect(await ritas.page.title()).not.toContain('7391')
  expect(await storedIn(ritas.page), 'nothing is kept in the browser').not.toContain('7391')

  await anas.showsOutput('loop', /figure-7391 number \d{3}/)
  expect(await ritas.page.evaluate(() => document.documentElement.textContent)).not.toContain('7391')
  expect(rita.frames.slice(framesBefore).join('\n'), 'no frame brought any more of it').not.toContain('7391')
  await anas.page.getByRole('button', { name: /^stop/i }).first().click()
})

test('Who is made a reader in mid-typing keeps the unsent text, and the note stays as it was', async () => {
  const bob = await quire.invite(ana, 'bob')
  const id = await makeNote(ana, 'Draft', { text: 'agreed-5150\n', other: 'also-5150\n' })
  await share(ana, id, { bob: 'writer' })
  const note = await bob.openNote(id)
  await note.goToEnd('text')

  quire.server.network.freeze()
  await note.page.keyboard.type('typed too late')
  await share(ana, id, { bob: 'reader' })
  quire.server.network.thaw()

  await note.page.getByText('One text of yours was not saved').waitFor()
  await note.shows('text', 'agreed-5150\n')
  expect(await note.page.locator('[data-pid] [contenteditable=true]').count()).toBe(0)
  expect(await textOnServer(ana, id, 'text')).toBe('agreed-5150\n')
  await note.page.getByRole('main').getByRole('button', { name: 'Show', exact: true }).click()
  const drawer = note.page.getByRole('dialog', { name: 'Not saved' })
  await drawer.getByText('typed too late').waitFor()
  await picture(note.page, 'lowered')

  await unshare(ana, id, 'bob')
  const hasNothing = () => !document.documentElement.textContent?.includes('5150')
  await note.page.waitForFunction(hasNothing, undefined, { timeout: 1000 })
  await drawer.getByText('typed too late').waitFor()
  expect(await storedIn(note.page), 'only what he typed is kept').not.toContain('5150')
  expect(await storedIn(note.page)).toContain('typed too late')
})

/** Everything in the page's storage, as text. */
function storedIn(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const rowsOf = (db: IDBDatabase, table: string) =>
      new Promise<unknown>((resolve, reject) => {
        const request = db.transaction(table).objectStore(table).getAll()
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const open = (name: string) =>
      new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name)
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const found: unknown[] = [{ ...localStorage }, { ...sessionStorage }, await caches.keys()]
    for (const { name } of await indexedDB.databases()) {
      const db = await open(name ?? '')
      for (const table of db.objectStoreNames) found.push(await rowsOf(db, table))
      db.close()
    }
    return JSON.stringify(found)
  })
}
