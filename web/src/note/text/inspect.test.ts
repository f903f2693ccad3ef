import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { expect, it, vi } from 'vitest'
import { fakeApi, refusal } from '../../testing/fakeApi'
import { closeInspection, inspectByKernel, inspection, tellOrUnindent } from './inspect'

// jsdom lays nothing out; the box asks where the caret is.
Range.prototype.getClientRects = () => [] as unknown as DOMRectList

const reply = { found: true, data: { 'text/plain': '\x1b[31mSignature:\x1b[0m join(a, *p)\nJoins paths.\n' } }

function editor(doc: string, at: number, routes: Parameters<typeof fakeApi>[0] = {}) {
  const calls = fakeApi({ 'POST /notes/n1/inspect': { reply }, ...routes })
  const inspect = vi.fn((state: EditorState, where: number) => inspectByKernel('n1', 'python', state, where))
  const view = new EditorView({
    state: EditorState.create({ doc, selection: { anchor: at }, extensions: inspection(inspect) }),
    parent: document.body,
  })
  const box = () => view.dom.querySelector('.cm-inspection')?.textContent
  return { calls, view, inspect, box }
}

it('asks in code points about the text without its prefix, and shows the answer without colours', async () => {
  const text = '%python\n"🙂"; os.path.join'
  const { calls, view, box } = editor(text, text.length)
  await tellOrUnindent(view)
  expect(calls[0]?.body).toEqual({ interpreter: 'python', code: '\n"🙂"; os.path.join', position: 18 })
  expect(box()).toBe('Signature: join(a, *p)\nJoins paths.')
  expect(closeInspection(view)).toBe(true)
  expect(box()).toBeUndefined()
  expect(closeInspection(view), 'nothing is open').toBe(false)
})

it('closes when one types or moves on', async () => {
  for (const change of [{ changes: { from: 0, insert: 'x' } }, { selection: { anchor: 1 } }]) {
    const { view, box } = editor('len', 3)
    await tellOrUnindent(view)
    expect(box()).toBeDefined()
    view.dispatch(change)
    expect(box()).toBeUndefined()
  }
})

it('tells also when something else than text and caret changed meanwhile', async () => {
  const { view, box } = editor('len', 3)
  const told = tellOrUnindent(view)
  view.dispatch({ userEvent: 'confirmed' })
  await told
  expect(box()).toBeDefined()
})

it('does not tell about a place that one has left', async () => {
  const { view, box } = editor('len', 3)
  const told = tellOrUnindent(view)
  view.dispatch({ changes: { from: 3, insert: '(' } })
  await told
  expect(box()).toBeUndefined()
})

it.each([
  ['no kernel', { reply: null }, /no kernel runs/],
  ['unknown', { reply: { found: false, data: {} } }, /knows nothing/],
  ['refused', () => refusal(500, 'internal', 'no'), /did not answer/],
])('says so: %s', async (_, answer, said) => {
  const { view, box } = editor('nix', 3, { 'POST /notes/n1/inspect': answer })
  await tellOrUnindent(view)
  expect(box()).toMatch(said)
})

it('unindents before the text of a line, and what is selected', async () => {
  const { view, inspect } = editor('if x:\n    y', 10)
  await tellOrUnindent(view)
  expect(view.state.doc.toString()).toBe('if x:\n  y')
  view.dispatch({ selection: { anchor: 8, head: 9 } })
  await tellOrUnindent(view)
  expect(view.state.doc.toString()).toBe('if x:\ny')
  expect(inspect).not.toHaveBeenCalled()
})
