// A part of a run's output that is read by lines, as the server gives it out: at most
// so many lines and bytes at once, and none of those that were not stored.
import { type Call, refusal } from './fakeApi'

export interface FakePart {
  /** Lines printed, the last one unfinished or not. */
  count: number
  text: (line: number) => string
  revision?: number
  /** The line in which bytes that were not stored begin, of which only the beginning is there, and how many line breaks were among them. */
  gap?: { line: number; lines: number }
}

/** Answers as `GET /notes/…/parts/…?line=` does. */
export function answerLines(part: FakePart, { query }: Call): Response {
  if (Number(query.get('revision')) !== (part.revision ?? 0))
    return refusal(409, 'stale', 'The part was rewritten.')
  const limit = Number(query.get('limit'))
  const from = Number(query.get('line'))
  const to = Math.min(part.count, from + Number(query.get('lines')))
  const { gap } = part
  const isGone = (i: number) => gap !== undefined && i > gap.line && i <= gap.line + gap.lines
  let body = ''
  let at = from
  let isCut = false
  for (; at < to && !isGone(at) && !isCut; at++) {
    const line = part.text(at) + (at === gap?.line || at === part.count - 1 ? '' : '\n')
    if (body !== '' && body.length + line.length > limit) break
    isCut = line.length > limit
    body += line.slice(0, limit)
  }
  const next = gap && isGone(at) ? gap.line + gap.lines + 1 : at
  const headers = new Headers({ 'Quire-Line': String(from) })
  if (next < part.count) headers.set('Quire-Next-Line', String(next))
  if (isCut) headers.set('Quire-Cut', 'true')
  return new Response(body, { headers })
}
