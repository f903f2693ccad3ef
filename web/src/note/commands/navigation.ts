// Going from paragraph to paragraph, into the text and out again.
import { flushSync } from 'react-dom'
import { elementOf } from '../focus'
import { type Context, current, languageOfParagraph, neighbour } from './context'

/** Makes a paragraph the current one, in command mode. */
export function select(c: Context, paragraph: string) {
  const element = elementOf(paragraph)
  if (!element) return
  c.focus.open(c.focus.opened === paragraph ? '' : c.focus.opened)
  element.focus({ preventScroll: true })
  element.scrollIntoView({ block: 'nearest' })
}

/** Selects a paragraph as soon as it is on the page. */
export function selectSoon(
  c: Context,
  paragraph: string,
  then: (c: Context, paragraph: string) => void = select,
) {
  let frames = 0
  const look = () => {
    if (elementOf(paragraph)) then(c, paragraph)
    else if (frames++ < 60) requestAnimationFrame(look)
  }
  look()
}

export function selectNext(c: Context, by: 1 | -1) {
  const { order } = c.client.store.view
  const at = current(c)
  const next = at ? neighbour(c, at, by) : order[by === 1 ? 0 : order.length - 1]
  if (next) select(c, next)
}

export function selectEnd(c: Context, end: 'first' | 'last') {
  const { order } = c.client.store.view
  const paragraph = end === 'first' ? order[0] : order.at(-1)
  if (paragraph) select(c, paragraph)
}

/** Puts the caret into a paragraph's text, which is opened if it is rendered or hidden. */
export function edit(c: Context, paragraph = current(c)) {
  if (!paragraph) return
  const isClosed = languageOfParagraph(c, paragraph)?.isMarkdown || settingsOf(c, paragraph)?.hideCode
  // At once: the next key pressed belongs into the text.
  if (isClosed) flushSync(() => c.focus.open(paragraph))
  c.editors.mountNow(paragraph)?.focus()
}

function settingsOf(c: Context, paragraph: string) {
  return c.client.store.view.paragraphs.get(paragraph)?.settings
}

/** Puts the caret at the end of a paragraph's text. */
export function editEnd(c: Context, paragraph: string) {
  edit(c, paragraph)
  const document = c.client.texts.peek(paragraph)?.document
  document?.dispatch({ selection: { anchor: document.text.length } })
}

/** Leaves the text; the paragraph stays the current one. */
export function leaveText(c: Context) {
  const paragraph = current(c)
  if (paragraph) elementOf(paragraph)?.focus({ preventScroll: true })
}
