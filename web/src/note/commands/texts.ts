// What the kernel helps with while a text is written.
import { startCompletion } from '@codemirror/autocomplete'
import type { EditorView } from '@codemirror/view'
import { tellOrUnindent } from '../text/inspect'
import { type Context, current } from './context'

export const completeText = (c: Context) => inEditor(c, startCompletion)

export const inspectText = (c: Context) => inEditor(c, tellOrUnindent)

function inEditor(c: Context, work: (view: EditorView) => unknown) {
  const paragraph = current(c)
  const view = paragraph && c.client.texts.peek(paragraph)?.document.view
  if (view) work(view)
}
