// A stream that has ended, read page by page: all its lines, by their true numbers.
import type { PartState } from '../replica/output'
import { KnownLines } from './knownLines'
import { LineLayout } from './lineLayout'
import { Pages } from './pages'
import { printedLines } from './printedLine'
import { search } from './search'
import { size } from './size'
import { type ReadLines, readStretch } from './stretch'
import { type Line, lengthOf, longest } from './textBuffer'
import type { Row, Sought, TextSource } from './textSource'

/** Bytes of one request, and what a page of long lines should have. */
const pageBytes = 256 << 10
/** Rows around those in view that are read with them. */
const margin = 50

/** Whether lines are short enough to have a row each: of longer ones more is seen when they are wrapped. */
export function isInLines(p: PartState): boolean {
  return p.lines > 0 && p.bytes <= p.lines * longest
}

export class PagedLines implements TextSource {
  private layout: LineLayout
  private known: KnownLines
  private readonly pages: Pages<readonly Line[]>
  private readonly pageLines: number
  private hasCut = false

  constructor(
    private part: PartState,
    private readonly read: ReadLines,
  ) {
    this.layout = new LineLayout(part)
    this.known = new KnownLines(part)
    this.pageLines = Math.max(50, Math.min(1000, Math.floor((pageBytes * part.lines) / part.bytes)))
    this.pages = new Pages(
      async (page, signal) =>
        this.printed(await readStretch(read, { ...this.stretch(page), limit: pageBytes }, signal)),
      (page) => this.knownPage(page),
    )
  }

  subscribe = (listener: () => void) => this.pages.subscribe(listener)
  version = () => this.pages.version
  retry = () => this.pages.retry()
  close = () => this.pages.close()

  /** Takes note that more was printed. */
  grow(part: PartState) {
    if (part.bytes === this.part.bytes && part.end === this.part.end) return
    const last = this.pageOf(this.layout.rows - 1)
    this.part = part
    this.layout = new LineLayout(part)
    this.known = new KnownLines(part)
    this.pages.forget(last)
  }

  get rows(): number {
    return this.layout.rows
  }

  get lines(): number {
    return this.layout.lines
  }

  get said(): string | undefined {
    if (this.pages.isStale) return 'This output was replaced. The new one is on its way.'
    return this.hasCut ? 'Lines that end with … are longer: the download has them whole.' : undefined
  }

  lineOf = (row: number) => this.layout.lineOf(row)
  rowOf = (line: number) => this.layout.rowOf(line)

  row(i: number): Row {
    if (i === this.layout.gapRow) return { kind: 'gap', text: gapText(this.part) }
    const page = this.pageOf(i)
    const lines = this.pages.get(page)
    if (lines) return { kind: 'line', line: lines[this.lineOf(i) - page * this.pageLines] ?? '' }
    const why = this.pages.failure(page)
    return why === undefined ? { kind: 'coming' } : { kind: 'failed', why }
  }

  view(first: number, last: number) {
    this.pages.want([
      ...new Set([...this.pagesOf(first, last), ...this.pagesOf(first - margin, last + margin)]),
    ])
  }

  find(sought: Sought, signal: AbortSignal, progress: (share: number) => void): Promise<number> {
    return search(this, this.read, sought, signal, progress)
  }

  private *pagesOf(first: number, last: number): Generator<number> {
    for (let row = Math.max(0, first); row < Math.min(this.rows, last); row++)
      if (row !== this.layout.gapRow) yield this.pageOf(row)
  }

  private pageOf(row: number): number {
    return Math.floor(this.lineOf(row) / this.pageLines)
  }

  private stretch(page: number) {
    const from = page * this.pageLines
    return { from, to: Math.min(from + this.pageLines, this.lines) }
  }

  private knownPage(page: number): readonly Line[] | undefined {
    const { from, to } = this.stretch(page)
    const lines = this.known.get(from, to)
    return lines && this.printed(lines)
  }

  private printed(texts: readonly (string | undefined)[]): readonly Line[] {
    const lines = printedLines(texts)
    this.hasCut ||= lines.some((l) => lengthOf(l) > longest)
    return lines
  }
}

function gapText({ gapLines, missing }: PartState): string {
  const lines = gapLines === 1 ? '1 line' : `${gapLines.toLocaleString('en')} lines`
  return `⋯ ${gapLines > 0 ? `${lines} (${size(missing)})` : size(missing)} were not stored ⋯`
}
