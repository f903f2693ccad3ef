// What the kernel knows about what stands at the caret, in a box beside it until one
// types, moves on or presses Esc. Asking may run code (a property, an import), so it
// is asked only when somebody presses the key.
import { indentLess } from '@codemirror/commands'
import { type EditorState, type Extension, Facet, StateEffect, StateField } from '@codemirror/state'
import { type EditorView, showTooltip, type Tooltip } from '@codemirror/view'
import { api } from '../../api/client'
import { TextBuffer } from '../outputs/textBuffer'
import { askedAt, type Question } from './kernelPosition'

interface InspectReply {
  found?: boolean
  data?: Record<string, unknown>
}

/** What is known about a place in a text. */
export type Inspect = (state: EditorState, at: number) => Promise<string>

const longestWait = 5000

const noKernel = 'Nothing is known yet: no kernel runs, or it is busy. Run something first.'
const nothingKnown = 'The kernel knows nothing about what stands here.'

/** Asks the kernel that would run the text (Jupyter messaging, "Introspection"). */
export async function inspectByKernel(
  note: string,
  interpreter: string,
  state: EditorState,
  at: number,
): Promise<string> {
  const asked: Question | null = askedAt(state, at)
  if (!asked) return nothingKnown
  const body = { interpreter, code: asked.code, position: asked.position }
  const answer = await api.post<{ reply: InspectReply | null }>(`/notes/${note}/inspect`, body, {
    signal: AbortSignal.timeout(longestWait),
  })
  if (!answer.reply) return noKernel
  const text = answer.reply.data?.['text/plain']
  return answer.reply.found && typeof text === 'string' ? withoutStyles(text) : nothingKnown
}

function withoutStyles(text: string): string {
  const lines = new TextBuffer()
  lines.append(text)
  return lines.toString().trimEnd()
}

const show = StateEffect.define<{ at: number; text: string } | null>()

const shown = StateField.define<Tooltip | null>({
  create: () => null,
  update(before, tr) {
    for (const e of tr.effects) if (e.is(show)) return e.value && boxOf(e.value.at, e.value.text)
    return tr.docChanged || tr.selection ? null : before
  },
  provide: (f) => showTooltip.from(f),
})

function boxOf(at: number, text: string): Tooltip {
  const create = () => {
    const dom = document.createElement('div')
    dom.className = 'cm-inspection'
    dom.setAttribute('role', 'status')
    dom.tabIndex = 0 // what is long is scrolled by keyboard
    dom.textContent = text
    return { dom }
  }
  return { pos: at, above: true, create }
}

/** Closes the box; false when there is none. */
export function closeInspection(view: EditorView): boolean {
  if (!view.state.field(shown, false)) return false
  view.dispatch({ effects: show.of(null) })
  return true
}

const asks = Facet.define<Inspect>()

/** Lets an editor tell what is known. */
export const inspection = (inspect: Inspect): Extension => [shown, asks.of(inspect)]

/** Tells what is known about what stands at the caret; in front of a line's text it unindents. */
export async function tellOrUnindent(view: EditorView): Promise<void> {
  const { state } = view
  const { main } = state.selection
  const [inspect] = state.facet(asks)
  if (!inspect || !main.empty || isIndentation(state, main.head)) {
    indentLess(view)
    return
  }
  const text = await inspect(state, main.head).catch(() => 'The kernel did not answer in time.')
  // What is confirmed meanwhile makes another state, but leaves text and caret.
  const isThere = view.state.doc.eq(state.doc) && view.state.selection.eq(state.selection)
  if (isThere) view.dispatch({ effects: show.of({ at: main.head, text }) })
}

function isIndentation(state: EditorState, at: number): boolean {
  const line = state.doc.lineAt(at)
  return line.text.slice(0, at - line.from).trim() === ''
}
