// Printed lines one by one, each a terminal line of its own: what moves the cursor to
// another line does nothing, so that a line's number is the number of its row.
import { plain, type Style } from './ansi'
import { type Line, longest, TextBuffer } from './textBuffer'

const controls = /[\0-\x08\x0a-\x1f\x7f]/

/**
 * What lines that follow each other look like; colours last until they are changed.
 * The first begins plain: with what colour the lines before it ended is not known.
 */
export function printedLines(texts: readonly (string | undefined)[]): Line[] {
  let style = plain
  return Array.from(texts, (text = '') => {
    const { line, after } = printed(text, style)
    style = after
    return line
  })
}

function printed(text: string, style: Style): { line: Line; after: Style } {
  if (style === plain && text.length <= longest && !controls.test(text)) return { line: text, after: plain }
  const buffer = new TextBuffer(style)
  buffer.append(text)
  return { line: cutLine(buffer.lines), after: buffer.current }
}

/** The first of the rows that a long line would take, with an ellipsis for the others. */
function cutLine([first = '', ...others]: readonly Line[]): Line {
  if (others.every((l) => l.length === 0)) return first
  return typeof first === 'string' ? `${first}…` : [...first, { text: '…', style: plain }]
}

/** What can be read of a line. */
export function plainText(text: string): string {
  if (!controls.test(text)) return text
  const buffer = new TextBuffer()
  buffer.append(text)
  return buffer.toString().replaceAll('\n', '')
}
