import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { makeNote, operate, share, unshare } from './harness/notes.ts'
import { picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { refused } from './harness/watch.ts'

const quire = givenQuire()

const code = `import time
for i in range(600):
    print("figure-7391 number", i)
    time.sleep(0.05)`

test('Who loses access has nothing of the note left a second later, and the owner goes on', async () => {
  const ana = await quire.setUp('ana')
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
