// Finding text in a part that is read stretch by stretch.
import { containing } from './find'
import { plainText } from './printedLine'
import { answers, type ReadLines } from './stretch'
import type { Sought, TextSource } from './textSource'

/** The most lines that the server gives at once. */
const stretchLines = 10_000
/** Bytes of one request: of a longer line only so much is searched. */
const limit = 4 << 20

/** Where rows are in the part. */
export type Rows = Pick<TextSource, 'rows' | 'lineOf' | 'rowOf'>

/** The next row with a text, around the end; -1 for none. Nothing of what is read is kept. */
export async function search(
  at: Rows,
  read: ReadLines,
  sought: Sought,
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<number> {
  const has = containing(sought.text)
  let done = 0
  for (const [from, to] of stretches(at.rows, sought)) {
    progress(done / at.rows)
    const wanted = { from: at.lineOf(from), to: at.lineOf(to - 1) + 1, limit }
    let hit = -1
    for await (const { line, lines } of answers(read, wanted, signal)) {
      const texts = lines.map(plainText)
      const i = sought.by > 0 ? texts.findIndex(has) : texts.findLastIndex(has)
      if (i >= 0) hit = line + i
      if (i >= 0 && sought.by > 0) break
    }
    if (hit >= 0) return at.rowOf(hit)
    done += to - from
  }
  return -1
}

/** Rows in the order in which they are searched: first those from here on, last the one it began with. */
function* stretches(rows: number, { from, by }: Sought): Generator<[number, number]> {
  if (by > 0) {
    yield* up(from + 1, rows)
    yield* up(0, from + 1)
  } else {
    yield* down(0, from)
    yield* down(from, rows)
  }
}

function* up(from: number, to: number): Generator<[number, number]> {
  for (let at = from; at < to; at += stretchLines) yield [at, Math.min(to, at + stretchLines)]
}

function* down(from: number, to: number): Generator<[number, number]> {
  for (let at = to; at > from; at -= stretchLines) yield [Math.max(from, at - stretchLines), at]
}
