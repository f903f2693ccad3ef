import { describe, expect, it } from 'vitest'
import { KeyMatcher, type Place } from './handler'
import { matches, type Pressed, parseStroke, shown } from './match'
import { commands } from './table'

interface Press extends Partial<Omit<Pressed, 'getModifierState'>> {
  altGraph?: boolean
}

const press = ({ altGraph = false, ...e }: Press): Pressed => ({
  key: '',
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...e,
  getModifierState: (name) => name === 'AltGraph' && altGraph,
})

describe('a stroke', () => {
  it.each([
    ['Mod+Enter', { key: 'Enter', ctrlKey: true }, false, true],
    ['Mod+Enter', { key: 'Enter', metaKey: true }, true, true],
    ['Mod+Enter', { key: 'Enter', metaKey: true }, false, false],
    ['Shift+Enter', { key: 'Enter' }, false, false],
    ['Ctrl+Alt+K', { key: '˚', code: 'KeyK', ctrlKey: true, altKey: true }, true, true],
    ['Ctrl+Alt+A', { key: 'a', code: 'KeyA', ctrlKey: true, altKey: true, altGraph: true }, false, false],
    ['A', { key: 'a', code: 'KeyQ' }, false, true],
    ['A', { key: 'ф', code: 'KeyA' }, false, true],
    ['A', { key: 'A', code: 'KeyA', shiftKey: true }, false, false],
    ['Shift+O', { key: 'O', code: 'KeyO', shiftKey: true }, false, true],
    ['?', { key: '?', code: 'Slash', shiftKey: true }, false, true],
    ['?', { key: '?', code: 'Minus', shiftKey: true }, false, true],
  ])('%s by %j', (written, event, mac, expected) => {
    expect(matches(parseStroke(written), press(event), mac)).toBe(expected)
  })

  it('is shown as on the computer at hand', () => {
    expect(shown('Mod+Shift+Enter', false)).toBe('Ctrl+Shift+Enter')
    expect(shown('Mod+Shift+Enter', true)).toBe('⌘⇧↩')
    expect(shown('D D', false)).toBe('D D')
  })
})

describe('the matcher', () => {
  const one = (e: Press, place: Place) => {
    const found = new KeyMatcher(false).press(press(e), place, 0)
    return found && found !== 'more' ? found.id : found
  }

  it('takes letters only while a paragraph has the focus', () => {
    expect(one({ key: 'b', code: 'KeyB' }, 'command')).toBe('insert-below')
    expect(one({ key: 'b', code: 'KeyB' }, 'edit')).toBeNull()
    expect(one({ key: 'b', code: 'KeyB' }, 'note')).toBeNull()
  })

  it('runs from the text and from the paragraph, and never from a dialog', () => {
    for (const place of ['command', 'edit'] as const)
      expect(one({ key: 'Enter', shiftKey: true }, place)).toBe('run-next')
    expect(one({ key: 'Enter', shiftKey: true }, 'note')).toBeNull()
    expect(one({ key: 'Enter', ctrlKey: true, shiftKey: true }, 'note')).toBe('run-all')
    expect(one({ key: 'Enter', ctrlKey: true, shiftKey: true }, 'elsewhere')).toBeNull()
  })

  it('knows sequences, and forgets one that is too slow or broken', () => {
    const d = press({ key: 'd', code: 'KeyD' })
    const m = new KeyMatcher(false)
    expect(m.press(d, 'command', 0)).toBe('more')
    expect(m.press(d, 'command', 500)).toMatchObject({ id: 'delete' })
    expect(m.press(d, 'command', 1000)).toBe('more')
    expect(m.press(d, 'command', 5000)).toBe('more')
    expect(m.press(press({ key: 'x', code: 'KeyX' }), 'command', 5100)).toBeNull()
    expect(m.press(d, 'command', 5200)).toBe('more')
  })
})

describe('the table', () => {
  it('has no two commands on one shortcut in one place', () => {
    for (const place of ['command', 'edit', 'always'] as const) {
      const open = commands.filter((c) => c.when === place || c.when === 'always')
      const keys = open.flatMap((c) => c.keys)
      expect(keys.filter((k, i) => keys.indexOf(k) !== i)).toEqual([])
    }
  })

  it('has no single stroke that begins a sequence', () => {
    const inCommand = commands.filter((c) => c.when !== 'edit').flatMap((c) => c.keys)
    const begins = inCommand.filter((k) => k.includes(' ')).map((k) => k.split(' ')[0])
    expect(inCommand.filter((k) => begins.includes(k))).toEqual([])
  })

  it('has unique ids and words for each', () => {
    expect(new Set(commands.map((c) => c.id)).size).toBe(commands.length)
    for (const c of commands) expect(c.label).not.toBe('')
  })

  it('lets nobody change anything without the right to write', () => {
    const changing = commands.filter((c) => c.group === 'Paragraphs')
    expect(changing.every((c) => c.needs === 'write')).toBe(true)
  })
})
