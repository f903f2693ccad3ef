import { history, undo } from '@codemirror/commands'
import { ChangeSet } from '@codemirror/state'
import { expect, it, vi } from 'vitest'
import { textOf } from '../replica/state'
import { ParagraphDocument } from './document'
import { limits, maxText } from './limits'

const make = (text: string, options = {}) =>
  new ParagraphDocument({ text: textOf(text), version: 0, clientID: 'me', ...options })

const insertAt = (at: number, text: string, length: number) =>
  ChangeSet.of({ from: at, insert: text }, length)

it('takes others’ changes below its own, and knows its own again', () => {
  const d = make('hello')
  d.dispatch({ changes: { from: 5, insert: '!' } })
  d.receive([insertAt(0, '> ', 5)], 'other')
  expect(String(d.text)).toBe('> hello!')
  expect(d.version).toBe(1)
  d.receive([insertAt(7, '!', 7)], 'me')
  expect(String(d.text)).toBe('> hello!')
  expect(d.unsent).toHaveLength(0)
  expect(String(d.confirmed)).toBe('> hello!')
})

it('keeps text, unsent changes and undo over mounting and unmounting', () => {
  const d = make('a', { extensions: history() })
  d.dispatch({ changes: { from: 1, insert: 'b' } })
  d.mount(document.body)
  d.dispatch({ changes: { from: 2, insert: 'c' } })
  d.unmount()
  expect(String(d.text)).toBe('abc')
  expect(d.unsent).toHaveLength(2)
  const view = d.mount(document.body)
  undo(view)
  expect(String(d.text)).toBe('a')
  d.unmount()
})

it('undoes one’s own changes only', () => {
  const d = make('', { extensions: history() })
  d.dispatch({ changes: { from: 0, insert: 'mine' } })
  d.receive([insertAt(0, 'theirs ', 0)], 'other')
  const view = d.mount(document.body)
  undo(view)
  expect(String(d.text)).toBe('theirs ')
  d.unmount()
})

it('leaves the text alone while an input method composes', () => {
  const d = make('ab')
  const view = d.mount(document.body)
  const composing = vi.spyOn(view, 'composing', 'get').mockReturnValue(true)
  d.receive([insertAt(0, 'x', 2)], 'other')
  d.receive([insertAt(0, 'y', 3)], 'other')
  expect(String(d.text)).toBe('ab')
  expect([d.version, d.nextVersion, d.isWaiting]).toEqual([0, 2, true])
  composing.mockReturnValue(false)
  d.settle()
  expect(String(d.text)).toBe('yxab')
  expect([d.version, d.isWaiting]).toEqual([2, false])
  d.unmount()
})

it('maps positions of earlier versions to here', () => {
  const d = make('abc')
  d.receive([insertAt(0, '12', 3)], 'other')
  d.dispatch({ changes: { from: 0, insert: 'x' } })
  expect(d.positionHere(1, 0)).toBe(4)
  expect(d.positionHere(1, 1)).toBe(2)
  expect(d.positionHere(0, 2)).toBeNull()
})

it('lets nothing in that the server could not store', () => {
  const why = vi.fn()
  const d = make('', { extensions: limits(why) })
  d.dispatch({ changes: { from: 0, insert: 'a\0b\ud800c😀' } })
  expect(String(d.text)).toBe('abc😀')
  d.dispatch({ changes: { from: 0, insert: 'x'.repeat(maxText) } })
  expect(String(d.text)).toBe('abc😀')
  return vi.waitFor(() => expect(why).toHaveBeenCalledWith(expect.stringContaining('2,097,152 are allowed')))
})
