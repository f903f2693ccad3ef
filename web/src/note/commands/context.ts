// What a command works on.
import type { Action } from '../../api/types'
import type { NoteClient } from '../client/noteClient'
import type { Editors } from '../editors/editors'
import type { Focus } from '../focus'
import type { OperationHistory } from '../history'
import { currentInterpreters } from '../interpreters'
import { languageOf, type ParagraphLanguage } from '../text/languages'

/** Dialogs and panels of the note page. */
export type Panel =
  | 'help'
  | 'palette'
  | 'share'
  | 'unsaved'
  | 'restart'
  | 'files'
  | 'export'
  | 'clone'
  | 'trash'
  | 'kernel'
  | 'runs'

export interface Context {
  client: NoteClient
  focus: Focus
  editors: Editors
  history: OperationHistory
  open(panel: Panel): void
  /** Says something to people who listen instead of looking. */
  announce(message: string): void
}

export function may(c: Context, action: Action): boolean {
  const { view } = c.client.store
  return view.allowed.has(action) && !(view.trashed && action !== 'read')
}

/** The current paragraph, if it is still in the note. */
export function current(c: Context): string | undefined {
  return c.client.store.view.paragraphs.has(c.focus.paragraph) ? c.focus.paragraph : undefined
}

/** What stands before or behind a paragraph. */
export function neighbour(c: Context, paragraph: string, by: 1 | -1): string | undefined {
  const { order } = c.client.store.view
  const at = order.indexOf(paragraph)
  return at < 0 ? undefined : order[at + by]
}

export function textOfParagraph(c: Context, paragraph: string) {
  return c.client.texts.peek(paragraph)?.text ?? c.client.store.view.paragraphs.get(paragraph)?.text
}

/** The language a paragraph's text is in now. */
export function languageOfParagraph(c: Context, paragraph: string): ParagraphLanguage | undefined {
  const text = textOfParagraph(c, paragraph)
  const byDefault = c.client.store.view.settings.defaultInterpreter || 'python'
  return text && languageOf(text, byDefault, currentInterpreters())
}
