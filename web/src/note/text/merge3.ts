// Three-way merge by lines, for when the server's history is not the one one's own
// changes were made on. Changes that touch the same lines differently are a conflict
// and are left to the person.
export interface Merged {
  text: string
  /** Both sides changed the same lines: `text` is theirs there. */
  conflict: boolean
}

interface Hunk {
  from: number
  to: number
  lines: string[]
}

export function merge3(base: string, mine: string, theirs: string): Merged {
  if (mine === theirs || mine === base) return { text: theirs, conflict: false }
  if (theirs === base) return { text: mine, conflict: false }
  const lines = base.split('\n')
  const ours = hunks(lines, mine.split('\n'))
  const others = hunks(lines, theirs.split('\n'))
  if (ours.some((a) => others.some((b) => collide(a, b)))) return { text: theirs, conflict: true }
  const all = [...others, ...ours.filter((a) => !others.some((b) => same(a, b)))]
  all.sort((a, b) => b.from - a.from || b.to - a.to)
  for (const h of all) lines.splice(h.from, h.to - h.from, ...h.lines)
  return { text: lines.join('\n'), conflict: false }
}

function same(a: Hunk, b: Hunk): boolean {
  return a.from === b.from && a.to === b.to && a.lines.join('\n') === b.lines.join('\n')
}

function collide(a: Hunk, b: Hunk): boolean {
  return a.from <= b.to && b.from <= a.to && !same(a, b)
}

/** The places where two lists of lines differ, by Myers' greedy algorithm. */
function hunks(a: readonly string[], b: readonly string[]): Hunk[] {
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  const pairs = matches(a.slice(head, a.length - tail), b.slice(head, b.length - tail))
  pairs.push([a.length - tail - head, b.length - tail - head])
  const found: Hunk[] = []
  let [i, j] = [0, 0]
  for (const [x, y] of pairs) {
    if (x > i || y > j) found.push({ from: head + i, to: head + x, lines: b.slice(head + j, head + y) })
    ;[i, j] = [x + 1, y + 1]
  }
  return found
}

// Beyond this many differing lines the middle counts as one change.
const mostEdits = 500

/** Pairs of equal lines on a shortest path from one list to the other. */
function matches(a: readonly string[], b: readonly string[]): [number, number][] {
  const trace: Map<number, number>[] = []
  let reach = new Map<number, number>([[1, 0]])
  for (let d = 0; d <= Math.min(a.length + b.length, mostEdits); d++) {
    trace.push(new Map(reach))
    for (let k = -d; k <= d; k += 2) {
      let x = goesDown(reach, k, d) ? at(reach, k + 1) : at(reach, k - 1) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      reach.set(k, x)
      if (x >= a.length && x - k >= b.length) return backtrack(trace, a.length, b.length)
    }
    reach = new Map(reach)
  }
  return []
}

const at = (reach: Map<number, number>, k: number) => reach.get(k) ?? -1

const goesDown = (reach: Map<number, number>, k: number, d: number) =>
  k === -d || (k !== d && at(reach, k - 1) < at(reach, k + 1))

function backtrack(trace: Map<number, number>[], x: number, y: number): [number, number][] {
  const pairs: [number, number][] = []
  for (let d = trace.length - 1; d >= 0; d--) {
    const reach = trace[d] as Map<number, number>
    const k = x - y
    const before = goesDown(reach, k, d) ? k + 1 : k - 1
    const [px, py] = [at(reach, before), at(reach, before) - before]
    while (x > Math.max(px, 0) && y > Math.max(py, 0)) pairs.push([--x, --y])
    ;[x, y] = [px, py]
  }
  return pairs.reverse()
}
