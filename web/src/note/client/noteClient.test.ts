// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeLine, FakeServer } from '../../testing/fakeServer'
import { MemoryKeeping, MemoryLocks } from '../../testing/memoryKeeping'
import { NoteClient } from './noteClient'

const ana = { id: 1, name: 'ana' }
const bob = { id: 2, name: 'bob' }

let server: FakeServer
let keeping: MemoryKeeping
let locks: MemoryLocks

interface Tab {
  client: NoteClient
  line: FakeLine
}

beforeEach(() => {
  vi.useFakeTimers()
  server = new FakeServer(['hello', 'second'])
  keeping = new MemoryKeeping()
  locks = new MemoryLocks()
})

afterEach(() => {
  vi.useRealTimers()
})

function openTab(user = ana, storage = keeping): Tab {
  const line = server.line(user)
  const client = new NoteClient({ note: 'note', user: user.id, line, keeping: storage, locks })
  client.open()
  line.connect()
  return { client, line }
}

/** Lets time pass and frames flow until nothing moves any more. */
async function settle(...lines: FakeLine[]) {
  for (let quiet = 0; quiet < 6; ) {
    await vi.advanceTimersByTimeAsync(60)
    const moved = (lines.length ? lines : [...server.lines]).map((l) => l.flow())
    quiet = moved.some(Boolean) ? 0 : quiet + 1
  }
}

const textIn = (tab: Tab, id = 'p0') => tab.client.texts.get(id)?.text.toString()

function type(tab: Tab, insert: string, at?: number, id = 'p0') {
  const text = tab.client.texts.get(id)
  if (!text) throw new Error(`no paragraph ${id}`)
  const from = at ?? text.text.length
  text.document.dispatch({ changes: { from, insert } })
}

/** The tab dies: its locks are freed, its storage stays, nothing of it runs on. */
function crash(tab: Tab) {
  const put = vi.spyOn(keeping, 'put').mockResolvedValue()
  tab.line.cut()
  tab.client.close()
  put.mockRestore()
  server.lines.delete(tab.line)
}

describe('typing', () => {
  it('reaches the server and other tabs, and leaves nothing kept', async () => {
    const [a, b] = [openTab(), openTab(bob)]
    await settle()
    type(a, ' world')
    type(a, '!')
    expect(a.client.isPending).toBe(true)
    await settle()
    expect(server.text()).toBe('hello world!')
    expect(textIn(b)).toBe('hello world!')
    expect(keeping.edits.size).toBe(0)
    expect(a.client.isPending).toBe(false)
  })

  it('is kept before it is sent', async () => {
    const a = openTab()
    await settle()
    const put = vi.spyOn(keeping, 'put')
    type(a, '!')
    await vi.advanceTimersByTimeAsync(60)
    const edit = a.line.sent.find((f) => f.op === 'DO')
    expect(edit).toBeDefined()
    expect(put.mock.calls[0]?.[0]).toMatchObject({ paragraph: 'p0', version: 0, base: 'hello', user: 1 })
  })

  it('has at most one edit of a paragraph under way', async () => {
    const a = openTab()
    await settle()
    type(a, '1')
    await vi.advanceTimersByTimeAsync(60)
    type(a, '2')
    await vi.advanceTimersByTimeAsync(500)
    expect(a.line.sent.filter((f) => f.op === 'DO')).toHaveLength(1)
    await settle()
    expect(server.text()).toBe('hello12')
  })

  it('of two people in one paragraph converges with every letter once', async () => {
    for (let round = 0; round < 20; round++) {
      server = new FakeServer(['0123456789'])
      const tabs = [openTab(ana, new MemoryKeeping()), openTab(bob, new MemoryKeeping())]
      await settle()
      for (let i = 0; i < 15; i++) {
        tabs.forEach((t, n) => {
          type(t, String.fromCharCode(97 + n * 13 + (i % 13)), (i * 7 * (n + 1) + round) % 10)
        })
        await vi.advanceTimersByTimeAsync(30)
        if ((i + round) % 3 === 0) for (const t of tabs) t.line.flow()
      }
      await settle()
      expect(textIn(tabs[0] as Tab)).toBe(server.text())
      expect(textIn(tabs[1] as Tab)).toBe(server.text())
      expect(server.text()).toHaveLength(40)
    }
  })
})

describe('a lost answer', () => {
  it('doubles nothing', async () => {
    const [a, b] = [openTab(), openTab(bob)]
    await settle()
    a.line.loseAnswers = true
    type(a, ' one')
    await settle()
    expect(server.text()).toBe('hello one')
    type(b, '>> ', 0)
    await settle()
    type(a, ' two')
    a.line.cut()
    a.line.loseAnswers = false
    a.line.connect()
    await settle()
    expect(server.text()).toBe('>> hello one two')
    expect(textIn(a)).toBe(server.text())
    expect(textIn(b)).toBe(server.text())
  })

  it('is asked for again under the same id when the request itself was lost', async () => {
    const a = openTab()
    await settle()
    type(a, '!')
    await vi.advanceTimersByTimeAsync(60)
    a.line.cut()
    a.line.connect()
    await settle()
    const ids = a.line.sent.flatMap((f) => (f.op === 'DO' ? [f.id] : []))
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
    expect(server.text()).toBe('hello!')
  })

  it('that never comes counts as a broken connection', async () => {
    const a = openTab()
    await settle()
    a.line.loseAnswers = true
    type(a, '!')
    await settle()
    expect(a.line.isUp).toBe(true)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(a.line.isUp).toBe(false)
  })
})

describe('a break', () => {
  it('keeps typing going in several paragraphs, which arrive once', async () => {
    const [a, b] = [openTab(), openTab(bob)]
    await settle()
    a.line.cut()
    type(a, ' offline')
    type(a, ' too', undefined, 'p1')
    type(b, '# ', 0, 'p1')
    await settle()
    expect(textIn(a)).toBe('hello offline')
    expect(keeping.edits.size).toBe(2)
    a.line.connect()
    await settle()
    expect([server.text('p0'), server.text('p1')]).toEqual(['hello offline', '# second too'])
    expect([textIn(a, 'p0'), textIn(a, 'p1')]).toEqual(['hello offline', '# second too'])
    expect(keeping.edits.size).toBe(0)
  })

  it('refuses structural changes at once and says so', async () => {
    const a = openTab()
    await settle()
    a.line.cut()
    await expect(a.client.do('paragraph.delete', { paragraph: 'p0' })).rejects.toMatchObject({
      code: 'unavailable',
    })
    await expect(a.client.run(['p0'])).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('repeats an operation whose answer was lost, without doing it twice', async () => {
    const a = openTab()
    await settle()
    a.line.loseAnswers = true
    const done = a.client.do('paragraph.insert', { paragraph: 'new', after: 'p0', text: 'x' })
    expect(a.client.store.view.order).toEqual(['p0', 'new', 'p1'])
    await settle()
    a.line.loseAnswers = false
    a.line.cut()
    a.line.connect()
    await settle()
    await done
    expect(server.state.order).toEqual(['p0', 'new', 'p1'])
    expect(a.client.isPending).toBe(false)
  })
})

describe('after a reload', () => {
  it('with unsent edits they arrive exactly once', async () => {
    const [a, b] = [openTab(), openTab(bob)]
    await settle()
    a.line.cut()
    type(a, ' unsent')
    await settle()
    crash(a)
    type(b, '>> ', 0)
    await settle()
    const again = openTab()
    await settle()
    expect(server.text()).toBe('>> hello unsent')
    expect(textIn(again)).toBe('>> hello unsent')
    expect(keeping.edits.size).toBe(0)
  })

  it('with the answer lost before it nothing is doubled', async () => {
    const a = openTab()
    await settle()
    a.line.loseAnswers = true
    type(a, ' once')
    await settle()
    type(a, ' more')
    await vi.advanceTimersByTimeAsync(300)
    crash(a)
    expect(server.text()).toBe('hello once')
    const again = openTab()
    await settle()
    expect(server.text()).toBe('hello once more')
    expect(textIn(again)).toBe('hello once more')
  })

  it('a duplicated tab adopts nothing while the first one lives, and all when it is gone', async () => {
    const a = openTab()
    await settle()
    a.line.cut()
    type(a, ' mine')
    await settle()
    const duplicate = openTab()
    await settle()
    expect(server.text()).toBe('hello')
    expect(keeping.edits.size).toBe(1)
    type(duplicate, '2')
    await settle()
    crash(a)
    await settle()
    expect(server.text()).toMatch(/^hello( mine2|2 mine)$/)
    expect(textIn(duplicate)).toBe(server.text())
    expect(keeping.edits.size).toBe(0)
  })

  it('of the page inside the application nothing typed just before is lost', async () => {
    const a = openTab()
    await settle()
    a.line.cut()
    type(a, ' quick')
    a.client.close()
    await settle()
    openTab()
    await settle()
    expect(server.text()).toBe('hello quick')
  })

  it('another person at the same browser neither sends nor sees them', async () => {
    const a = openTab()
    await settle()
    a.line.cut()
    type(a, ' private')
    await settle()
    crash(a)
    const other = openTab(bob)
    await settle()
    expect(server.text()).toBe('hello')
    expect(other.client.unsaved.get()).toEqual([])
    expect(keeping.edits.size).toBe(1)
  })

  it('and a paragraph that is gone the text goes to the drawer', async () => {
    const a = openTab()
    await settle()
    a.line.cut()
    type(a, ' unsent')
    await settle()
    crash(a)
    server.commit(bob, { id: 'x', kind: 'paragraph.delete', body: { paragraph: 'p0' } })
    const again = openTab()
    await settle()
    expect(again.client.unsaved.get()).toMatchObject([
      { paragraph: 'p0', mine: 'hello unsent', typed: ' unsent' },
    ])
    expect(keeping.edits.size).toBe(0)
    expect(keeping.unsaved.size).toBe(1)
  })
})

describe('a new epoch', () => {
  it('merges what touched other lines', async () => {
    server = new FakeServer(['a\nb\nc\nd'])
    const a = openTab()
    await settle()
    a.line.cut()
    type(a, 'mine', 0)
    server.lose({ p0: 'a\nb\nc\nolder' })
    a.line.connect()
    await settle()
    expect(server.text()).toBe('minea\nb\nc\nolder')
    expect(textIn(a)).toBe(server.text())
    expect(a.client.unsaved.get()).toEqual([])
  })

  it('puts a clash into the drawer and changes nothing', async () => {
    const a = openTab()
    await settle()
    a.line.cut()
    type(a, ' mine')
    server.lose({ p0: 'hello older' })
    a.line.connect()
    await settle()
    expect(server.text()).toBe('hello older')
    expect(textIn(a)).toBe('hello older')
    expect(a.client.unsaved.get()).toMatchObject([{ mine: 'hello mine', typed: ' mine' }])
    type(a, '!')
    await settle()
    expect(server.text()).toBe('hello older!')
  })

  it('is merged into after a reload as well', async () => {
    server = new FakeServer(['a\nb\nc\nd'])
    const a = openTab()
    await settle()
    a.line.cut()
    type(a, 'mine', 0)
    await settle()
    crash(a)
    server.lose({ p0: 'a\nb\nc\nolder' })
    openTab()
    await settle()
    expect(server.text()).toBe('minea\nb\nc\nolder')
    expect(keeping.edits.size).toBe(0)
  })

  it('is no different when the server does not go back far enough', async () => {
    server = new FakeServer(['a\nb\nc\nd'])
    const [a, b] = [openTab(), openTab(bob)]
    await settle()
    a.line.cut()
    type(a, 'mine', 0)
    type(b, '!')
    await settle()
    a.line.oldest = 99
    a.line.connect()
    await settle()
    expect(server.text()).toBe('minea\nb\nc\nd!')
    expect(textIn(a)).toBe(server.text())
  })
})

describe('rights', () => {
  it('taken while typing put the text into the drawer and stop sending', async () => {
    const a = openTab()
    await settle()
    type(a, ' mine')
    a.line.allowed = ['read']
    a.line.push({ op: 'ALLOWED', note: 'note', allowed: ['read'], name: 'Test', path: [] })
    a.line.flow()
    await settle()
    expect(server.text()).toBe('hello')
    expect(textIn(a)).toBe('hello')
    expect(a.client.unsaved.get()).toMatchObject([{ mine: 'hello mine', typed: ' mine' }])
    expect(keeping.edits.size).toBe(0)
    expect(a.line.sent.filter((f) => f.op === 'DO')).toHaveLength(0)
  })

  it('to read taken away leave nothing but what was typed, here and in storage', async () => {
    const a = openTab()
    await settle()
    a.line.cut()
    type(a, 'TYPED', 0)
    await settle()
    a.line.connect()
    a.line.push({ op: 'GONE', note: 'note', why: 'access', message: 'You may not read it.' })
    a.line.allowed = []
    await settle(a.line)
    expect(a.client.store.view).toMatchObject({ phase: 'gone', name: '' })
    expect(a.client.store.view.paragraphs.size).toBe(0)
    expect(a.client.texts.peek('p0')).toBeUndefined()
    const stored = JSON.stringify([...keeping.edits.values(), ...keeping.unsaved.values()])
    expect(stored).toContain('TYPED')
    expect(stored).not.toContain('hello')
    expect(a.client.unsaved.get()).toMatchObject([{ typed: 'TYPED' }])
  })
})

describe('a run', () => {
  it('takes the unsent text of the moment of the press, and later typing waits', async () => {
    const a = openTab()
    await settle()
    type(a, ' run')
    const done = a.client.run(['p0'])
    expect(a.client.isStarting('p0')).toBe(true)
    type(a, ' later')
    await settle()
    await done
    expect(server.ran).toEqual(['hello run'])
    expect(server.text()).toBe('hello run later')
    expect(a.client.isStarting('p0')).toBe(false)
  })

  it('waits for an edit that is under way', async () => {
    const a = openTab()
    await settle()
    type(a, ' one')
    await vi.advanceTimersByTimeAsync(60)
    type(a, ' two')
    const done = a.client.run(['p0'])
    type(a, ' three')
    await settle()
    await done
    expect(server.ran).toEqual(['hello one two'])
    expect(server.text()).toBe('hello one two three')
  })

  it('is made anew on top of what others typed', async () => {
    const a = openTab()
    await settle()
    type(a, ' mine')
    const done = a.client.run(['p0'])
    server.commit(bob, {
      id: 'b1',
      kind: 'paragraph.edit',
      body: { paragraph: 'p0', version: 0, client: 'bob', changes: [[[0, '# '], 5]] },
    })
    await settle()
    await done
    expect(server.ran).toEqual(['# hello mine'])
  })

  it('of somebody who may only run sends no text', async () => {
    const a = openTab()
    a.line.allowed = ['read', 'run']
    await settle()
    const done = a.client.run(['p0'])
    await settle()
    await done
    expect(a.line.sent.find((f) => f.op === 'DO')).toMatchObject({ body: { paragraphs: ['p0'] } })
    expect(server.ran).toEqual(['hello'])
  })

  it('is not started by a connection that comes back much later', async () => {
    const a = openTab()
    await settle()
    const done = expect(a.client.run(['p0'])).rejects.toMatchObject({ code: 'unavailable' })
    await vi.advanceTimersByTimeAsync(1)
    a.line.cut()
    await vi.advanceTimersByTimeAsync(60_000)
    a.line.connect()
    await settle()
    await done
    expect(server.ran).toEqual([])
  })
})

describe('a deleted paragraph', () => {
  const deleteIt = () => server.commit(bob, { id: 'd', kind: 'paragraph.delete', body: { paragraph: 'p0' } })

  it('with unsent edits stays as a ghost, and restoring brings the edits along', async () => {
    const a = openTab()
    await settle()
    type(a, ' mine')
    deleteIt()
    await settle()
    expect([...a.client.texts.ghosts.values()]).toMatchObject([{ paragraph: 'p0', by: bob, after: '' }])
    expect(a.client.unsaved.get()).toEqual([])
    const done = a.client.do('paragraph.restore', { paragraph: 'p0', after: '' })
    await settle()
    await done
    expect(server.text()).toBe('hello mine')
    expect(a.client.texts.ghosts.size).toBe(0)
  })

  it('without any just goes', async () => {
    const a = openTab()
    await settle()
    a.client.texts.get('p0')
    deleteIt()
    await settle()
    expect(a.client.texts.ghosts.size).toBe(0)
    expect(a.client.texts.peek('p0')).toBeUndefined()
  })

  it('whose ghost is discarded leaves nothing kept', async () => {
    const a = openTab()
    await settle()
    type(a, ' mine')
    await vi.advanceTimersByTimeAsync(60)
    deleteIt()
    await settle()
    a.client.texts.discardGhost('p0')
    await settle()
    expect(keeping.edits.size).toBe(0)
    expect(a.client.texts.ghosts.size).toBe(0)
  })
})

it('starts over when an entry does not fit', async () => {
  const a = openTab()
  await settle()
  type(a, ' mine')
  a.line.push({
    op: 'ENTRY',
    note: 'note',
    seq: 7,
    id: 'x',
    by: bob,
    at: '',
    kind: 'paragraph.title',
    body: { paragraph: 'p0', title: 'T' },
  })
  await settle()
  expect(server.text()).toBe('hello mine')
  expect(a.client.store.view.paragraphs.get('p0')?.title).toBe('')
})
