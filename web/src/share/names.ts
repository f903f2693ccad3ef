// Lists of names as people type them or paste them from a mail or a spreadsheet.

/** So many names are taken from one field at once; a larger circle is better a group. */
export const maxNames = 200

/** The form two names are compared in: without case and width. The server has the last word. */
export function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}

/**
 * Reads names between commas, semicolons, tabs and line ends, in the order given, each
 * once. A name keeps the spaces inside it; quotation marks around it, as spreadsheets
 * write them, are no part of it.
 */
export function parseNames(text: string): string[] {
  const seen = new Set<string>()
  const names: string[] = []
  for (const part of text.split(/[,;\t\r\n]+/)) {
    const name = part
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim()
    const folded = foldName(name)
    if (!name || seen.has(folded)) continue
    seen.add(folded)
    names.push(name)
  }
  return names
}

/** Whether a pasted text is a list rather than a piece of one name. */
export function isList(text: string): boolean {
  return /[,;\t\r\n]/.test(text.trim())
}
