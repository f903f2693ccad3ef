// Joins an editor's parts to the note it belongs to.
import type { EditorState } from '@codemirror/state'
import { toast } from '../../ui/Toast'
import type { NoteClient } from '../client/noteClient'
import { currentInterpreters } from '../interpreters'
import { completeByKernel } from '../text/complete'
import { editorParts } from '../text/editor'
import { inspectByKernel } from '../text/inspect'
import { languageOf } from '../text/languages'
import type { OwnCaret } from './carets'

/** What the editor of a paragraph is made of. */
export function noteExtensions(client: NoteClient, paragraph: string, ownCaret: OwnCaret) {
  const interpreterOf = (state: EditorState) =>
    languageOf(state.doc, client.store.view.settings.defaultInterpreter || 'python', currentInterpreters())
      .name
  return editorParts({
    label: 'Text of the paragraph',
    complete: (context) =>
      client.isOnline() ? completeByKernel(client.note, interpreterOf(context.state), context) : null,
    inspect: (state, at) => inspectByKernel(client.note, interpreterOf(state), state, at),
    onFocus: (focused) => ownCaret.moved(focused ? paragraph : ''),
    onSelection: () => {
      if (client.texts.peek(paragraph)?.document.view?.hasFocus) ownCaret.moved(paragraph)
    },
    onCompositionEnd: () => client.texts.peek(paragraph)?.document.settle(),
    onRefused: (why) => toast(why, { kind: 'error' }),
  })
}
