// A stretch of lines, in as many requests as it takes.
import type { PartState } from '../replica/output'
import { type LinesAnswer, readLines } from './parts'

/** Reads lines of one part: at most `count` from `line` on. */
export type ReadLines = (
  line: number,
  count: number,
  limit: number,
  signal: AbortSignal,
) => Promise<LinesAnswer>

/** The reader of a part. */
export function readerOf(note: string, run: string, part: Pick<PartState, 'part' | 'revision'>): ReadLines {
  const { part: index, revision } = part
  return (line, lines, limit, signal) =>
    readLines(note, run, { part: index, revision }, { line, lines, limit }, signal)
}

export interface Wanted {
  from: number
  /** One behind the last. */
  to: number
  /** Bytes of one request. */
  limit: number
}

/** Gives the answers one by one; fewer when there are no more lines. */
export async function* answers(read: ReadLines, { from, to, limit }: Wanted, signal: AbortSignal) {
  let at: number | undefined = from
  while (at !== undefined && at < to) {
    const answer: LinesAnswer = await read(at, to - at, limit, signal)
    yield answer
    at = answer.next !== undefined && answer.next > at ? answer.next : undefined
  }
}

/** The lines of a stretch by their place in it; those that are not stored are left out. */
export async function readStretch(
  read: ReadLines,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<(string | undefined)[]> {
  const lines: (string | undefined)[] = []
  for await (const answer of answers(read, wanted, signal))
    answer.lines.forEach((line, i) => {
      lines[answer.line - wanted.from + i] = line
    })
  return lines
}
