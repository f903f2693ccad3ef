// Where the words one searched for stand in what was found. The server finds more
// than this can show, such as other forms of a word; unmarked text is no fault.

export interface Piece {
  text: string
  hit: boolean
}

/** Cuts the text at the beginnings of words that begin with one of the query's words. */
export function highlight(text: string, query: string): Piece[] {
  const words = (query.match(/[\p{L}\p{N}_]+/gu) ?? []).sort((a, b) => b.length - a.length)
  if (words.length === 0) return [{ text, hit: false }]
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})`, 'giu')
  const pieces: Piece[] = []
  let at = 0
  for (const found of text.matchAll(pattern)) {
    if (found.index > at) pieces.push({ text: text.slice(at, found.index), hit: false })
    pieces.push({ text: found[0], hit: true })
    at = found.index + found[0].length
  }
  if (at < text.length) pieces.push({ text: text.slice(at), hit: false })
  return pieces
}
