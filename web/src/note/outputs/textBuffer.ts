// What a program prints, as lines: carriage returns, backspaces and cursor movements
// are carried out as a terminal does, colours last until they are changed, also when
// a sequence is cut between two pieces.
import { applySGR, plain, type Style } from './ansi'

/** A stretch of a line in one style. */
export interface Run {
  text: string
  style: Style
}

/** A line without any style is a string, which most are. */
export type Line = string | readonly Run[]

/** Longer lines are continued on the next. */
export const longest = 4000

export class TextBuffer {
  readonly lines: Line[] = ['']
  /** Rises with every change. */
  version = 0
  private row = 0
  private column = 0
  private rest = ''

  constructor(private style: Style = plain) {}

  /** How what is appended next looks. */
  get current(): Style {
    return this.style
  }

  /** Takes the next piece of output. */
  append(piece: string) {
    const input = this.rest + piece
    this.rest = ''
    this.version++
    let from = 0
    special.lastIndex = 0
    for (let m = special.exec(input); m; m = special.exec(input)) {
      if (m.index > from) this.write(input.slice(from, m.index))
      from = m.index
      const used = this.control(input, m.index)
      if (used === 0) {
        this.rest = input.slice(m.index)
        if (this.rest.length > 4096) this.rest = '' // never a real sequence
        return
      }
      from += used
      special.lastIndex = from
    }
    if (from < input.length) this.write(input.slice(from))
  }

  /** The whole text without styles. */
  toString(): string {
    return this.lines.map(textOfLine).join('\n')
  }

  /** Carries out what stands at `at`; returns its length, 0 when it is cut off. */
  private control(input: string, at: number): number {
    switch (input[at]) {
      case '\n':
        this.newline()
        return 1
      case '\r':
        this.column = 0
        return 1
      case '\b':
        this.column = Math.max(0, this.column - 1)
        return 1
      case '\x1b':
        return this.escape(input, at)
      default:
        return 1 // other control characters show nothing
    }
  }

  private escape(input: string, at: number): number {
    const kind = input[at + 1]
    if (kind === undefined) return 0
    if (kind === '[') return this.sequence(input, at)
    if (kind === ']') {
      const end = /\x07|\x1b\\/g
      end.lastIndex = at + 2
      const m = end.exec(input)
      return m ? m.index + m[0].length - at : 0
    }
    return 2
  }

  private sequence(input: string, at: number): number {
    csi.lastIndex = at
    const m = csi.exec(input)
    if (!m) return partialCSI.test(input.slice(at, at + 256)) ? 0 : 2
    const parameters = (m[1] ?? '').split(/[;:]/).map((p) => Number.parseInt(p, 10) || 0)
    this.command(m[2] ?? '', m[1] ? parameters : [])
    return m[0].length
  }

  private command(name: string, p: number[]) {
    const count = Math.max(1, p[0] ?? 1)
    if (name === 'm') this.style = applySGR(this.style, p)
    else if (name === 'A') this.row = Math.max(0, this.row - count)
    else if (name === 'B') this.row = Math.min(this.lines.length - 1, this.row + count)
    else if (name === 'C') this.column += count
    else if (name === 'D') this.column = Math.max(0, this.column - count)
    else if (name === 'G') this.column = count - 1
    else if (name === 'K') this.eraseLine(p[0] ?? 0)
    else if (name === 'J' && p[0] === 2) this.clear()
  }

  private newline() {
    this.row++
    this.column = 0
    if (this.row === this.lines.length) this.lines.push('')
  }

  private clear() {
    this.lines.splice(0, this.lines.length, '')
    this.row = 0
    this.column = 0
  }

  private eraseLine(mode: number) {
    const line = this.lines[this.row] ?? ''
    if (mode === 0) this.lines[this.row] = slice(line, 0, this.column)
    else if (mode === 1) this.lines[this.row] = join(blank(this.column), slice(line, this.column))
    else this.lines[this.row] = ''
  }

  private write(text: string) {
    let left = text
    while (this.column + left.length > longest) {
      const fits = Math.max(0, longest - this.column)
      this.put(left.slice(0, fits))
      left = left.slice(fits)
      this.newline()
    }
    this.put(left)
  }

  private put(text: string) {
    if (text === '') return
    const line = this.lines[this.row] ?? ''
    const length = lengthOf(line)
    const piece: Line = this.style === plain ? text : [{ text, style: this.style }]
    const before =
      this.column > length ? join(line, blank(this.column - length)) : slice(line, 0, this.column)
    const after = slice(line, this.column + text.length)
    this.lines[this.row] = join(join(before, piece), after)
    this.column += text.length
  }
}

const special = /[\0-\x08\x0a-\x1f\x7f]/g
const csi = /\x1b\[([0-9;:?]*)[ -/]*([@-~])/y
const partialCSI = /^\x1b\[[0-9;:?]*[ -/]*$/

const blank = (n: number) => ' '.repeat(Math.min(n, longest))

export function textOfLine(line: Line): string {
  return typeof line === 'string' ? line : line.map((r) => r.text).join('')
}

export function lengthOf(line: Line): number {
  return typeof line === 'string' ? line.length : line.reduce((n, r) => n + r.text.length, 0)
}

function runs(line: Line): readonly Run[] {
  if (typeof line !== 'string') return line
  return line === '' ? [] : [{ text: line, style: plain }]
}

function join(a: Line, b: Line): Line {
  if (a === '' || a.length === 0) return b
  if (b === '' || b.length === 0) return a
  if (typeof a === 'string' && typeof b === 'string') return a + b
  const [left, right] = [runs(a), runs(b)]
  const [end, start] = [left.at(-1), right[0]]
  if (!end || !start || end.style !== start.style) return [...left, ...right]
  return [...left.slice(0, -1), { text: end.text + start.text, style: end.style }, ...right.slice(1)]
}

function slice(line: Line, from: number, to = Number.POSITIVE_INFINITY): Line {
  if (typeof line === 'string') return from === 0 && to >= line.length ? line : line.slice(from, to)
  const kept: Run[] = []
  let at = 0
  for (const r of line) {
    const text = r.text.slice(Math.max(0, from - at), Math.max(0, to - at))
    if (text !== '') kept.push({ text, style: r.style })
    at += r.text.length
  }
  return kept
}
