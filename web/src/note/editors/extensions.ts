// Joins an editor's parts to the note it belongs to.
import { toast } from '../../ui/Toast'
import type { NoteClient } from '../client/noteClient'
import { currentInterpreters } from '../interpreters'
import { completeByKernel } from '../text/complete'
import { editorParts } from '../text/editor'
import { languageOf } from '../text/languages'
import type { OwnCaret } from './carets'

/** What the editor of a paragraph is made of. */
export function noteExtensions(client: NoteClient, paragraph: string, ownCaret: OwnCaret) {
  return editorParts({
    label: 'Text of the paragraph',
    complete: (context) => {
      const byDefault = client.store.view.settings.defaultInterpreter || 'python'
      const { name } = languageOf(context.state.doc, byDefault, currentInterpreters())
      return client.isOnline() ? completeByKernel(client.note, name, context) : null
    },
    onFocus: (focused) => ownCaret.moved(focused ? paragraph : ''),
    onSelection: () => {
      if (client.texts.peek(paragraph)?.document.view?.hasFocus) ownCaret.moved(paragraph)
    },
    onCompositionEnd: () => client.texts.peek(paragraph)?.document.settle(),
    onRefused: (why) => toast(why, { kind: 'error' }),
  })
}
