// @vitest-environment node
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, expect, it } from 'vitest'
import { BrowserKeeping, type KeptEdits } from './keptEdits'

const row = (over: Partial<KeptEdits>): KeptEdits => ({
  note: 'n1',
  paragraph: 'p',
  client: 'c',
  user: 1,
  noteName: 'N',
  epoch: 'e',
  seq: 1,
  version: 0,
  base: 'text',
  changes: [[4, [0, '!']]],
  at: 0,
  ...over,
})

let factory: IDBFactory

beforeEach(() => {
  factory = new IDBFactory()
})

it('keeps one row for a note, paragraph and client, over visits', async () => {
  const keeping = new BrowserKeeping(factory)
  await keeping.put(row({}))
  await keeping.put(row({ version: 3 }))
  await keeping.put(row({ client: 'other' }))
  await keeping.put(row({ note: 'n2' }))
  const later = new BrowserKeeping(factory)
  expect((await later.list('n1')).map((r) => [r.client, r.version])).toEqual([
    ['c', 3],
    ['other', 0],
  ])
  await later.remove(row({}))
  expect((await keeping.list('n1')).map((r) => r.client)).toEqual(['other'])
})

it('keeps texts that were not saved until they are thrown away', async () => {
  const keeping = new BrowserKeeping(factory)
  const text = {
    id: 't',
    note: 'n1',
    noteName: 'N',
    paragraph: 'p',
    user: 1,
    why: 'w',
    mine: 'm',
    typed: 'm',
    at: 0,
  }
  await keeping.putUnsaved(text)
  expect(await keeping.listUnsaved('n1')).toEqual([text])
  await keeping.removeUnsaved('t')
  expect(await keeping.listUnsaved('n1')).toEqual([])
})
