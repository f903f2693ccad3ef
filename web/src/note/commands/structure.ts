// Inserting, moving, deleting and setting paragraphs, all of which can be undone.
import { flushSync } from 'react-dom'
import { toast, toastError } from '../../ui/Toast'
import type { Kind, Operation, Operations, ParagraphSettings } from '../../wire/types'
import { newParagraphID } from '../client/link'
import { inverseOf } from '../history'
import { prefixOf } from '../text/languages'
import { type Context, current, may, neighbour, textOfParagraph } from './context'
import { editEnd, select, selectSoon } from './navigation'

/** Does an operation; what is refused is said. Resolves to whether it was done. */
async function perform<K extends Kind>(c: Context, kind: K, body: Operations[K]): Promise<boolean> {
  try {
    await c.client.do(kind, body)
    return true
  } catch (e) {
    toastError(e)
    return false
  }
}

/** Does an operation of one's own, so that it can be undone. */
async function change(c: Context, op: Operation): Promise<boolean> {
  if (!may(c, 'write')) return false
  const inverse = inverseOf(op, c.client.store.view)
  const done = await perform(c, op.kind, op.body)
  if (done) c.history.did(inverse)
  return done
}

export interface NewParagraph {
  text?: string
  title?: string
  settings?: ParagraphSettings
  /** Puts the caret into it. */
  isEdited?: boolean
}

/** Adds a paragraph behind another, '' for the top; returns its id. */
export function insert(c: Context, after: string, what: NewParagraph = {}): string {
  const { isEdited, ...given } = what
  const paragraph = newParagraphID()
  const inherited = given.text ?? prefixLike(c, after)
  // It is on the page before the next key is pressed: what is typed now belongs into it.
  flushSync(() => {
    void change(c, { kind: 'paragraph.insert', body: { paragraph, after, ...given, text: inherited } })
  })
  selectSoon(c, paragraph, isEdited ? editEnd : select)
  return paragraph
}

/** As in Zeppelin, a new paragraph begins with the prefix of the one above it. */
function prefixLike(c: Context, after: string): string {
  const text = after === '' ? undefined : textOfParagraph(c, after)
  const prefix = text && prefixOf(text)
  return prefix && prefix.name !== 'md' ? `%${prefix.name}\n` : ''
}

export function insertBeside(c: Context, side: 'above' | 'below', isEdited = false) {
  const at = current(c)
  const after = !at
    ? (c.client.store.view.order.at(-1) ?? '')
    : side === 'below'
      ? at
      : (neighbour(c, at, -1) ?? '')
  insert(c, after, { isEdited })
}

/** Deletes a paragraph; edits under way go first, and a message offers to undo it. */
export async function remove(c: Context, paragraph = current(c)) {
  if (!paragraph || !may(c, 'write')) return
  const next = neighbour(c, paragraph, 1) ?? neighbour(c, paragraph, -1)
  if (c.client.isOnline()) await c.client.texts.peek(paragraph)?.whenSent()
  const done = change(c, { kind: 'paragraph.delete', body: { paragraph } })
  if (next) select(c, next)
  if (await done) toast('Paragraph deleted', { action: { label: 'Undo', run: () => undo(c) } })
}

export function move(c: Context, by: 1 | -1, paragraph = current(c)) {
  if (!paragraph) return
  const beyond = neighbour(c, paragraph, by)
  if (!beyond) return
  moveBehind(c, paragraph, by === 1 ? beyond : (neighbour(c, beyond, -1) ?? ''))
}

/** Moves a paragraph behind another, '' for the top. */
export function moveBehind(c: Context, paragraph: string, after: string) {
  if (after === paragraph || (neighbour(c, paragraph, -1) ?? '') === after) return
  void change(c, { kind: 'paragraph.move', body: { paragraph, after } })
  requestAnimationFrame(() => select(c, paragraph))
}

export function setTitle(c: Context, paragraph: string, title: string) {
  void change(c, { kind: 'paragraph.title', body: { paragraph, title } })
}

export function setParagraph(c: Context, paragraph: string, settings: ParagraphSettings) {
  void change(c, { kind: 'paragraph.settings', body: { paragraph, settings } })
}

type Switch = 'hideCode' | 'hideOutput' | 'lineNumbers' | 'disabled'

export function toggle(c: Context, name: Switch, paragraph = current(c)) {
  if (!paragraph) return
  const on = c.client.store.view.paragraphs.get(paragraph)?.settings[name] ?? false
  setParagraph(c, paragraph, { [name]: !on })
}

/** Hides or shows the code or output of all paragraphs. */
export function toggleAll(c: Context, name: Switch) {
  const { order, paragraphs } = c.client.store.view
  const on = order.some((id) => !paragraphs.get(id)?.settings[name])
  for (const id of order)
    if ((paragraphs.get(id)?.settings[name] ?? false) !== on) setParagraph(c, id, { [name]: on })
}

export function duplicate(c: Context, paragraph = current(c)) {
  const p = paragraph && c.client.store.view.paragraphs.get(paragraph)
  if (!p) return
  const { imported: _, ...settings } = p.settings
  insert(c, p.id, { text: String(textOfParagraph(c, p.id)), title: p.title, settings })
}

/** Changes the `%name` a paragraph begins with; none for the default interpreter. */
export function setPrefix(c: Context, name: string | null, paragraph = current(c)) {
  const text = paragraph && may(c, 'write') ? c.client.texts.get(paragraph) : undefined
  if (!paragraph || !text) return
  const old = prefixOf(text.text)
  const rest = old ? text.text.sliceString(old.length).replace(/^\n/, '') : text.text.toString()
  const keepsLine = name === 'md' || rest === ''
  text.replaceAll(name ? `%${name}${keepsLine && name === 'md' ? ' ' : '\n'}${rest}` : rest)
}

export function clearOutput(c: Context, paragraph = current(c)) {
  if (paragraph) void perform(c, 'output.clear', { paragraphs: [paragraph] })
}

export function clearAllOutput(c: Context) {
  void perform(c, 'output.clear', {})
}

export function undo(c: Context) {
  step(c, 'undo')
}

export function redo(c: Context) {
  step(c, 'redo')
}

function step(c: Context, direction: 'undo' | 'redo') {
  if (!may(c, 'write')) return
  const op = c.history.step(direction, c.client.store.view)
  if (!op) return c.announce(`Nothing to ${direction}`)
  void perform(c, op.kind, op.body)
  if (op.kind === 'paragraph.restore' || op.kind === 'paragraph.move') selectSoon(c, op.body.paragraph)
}
