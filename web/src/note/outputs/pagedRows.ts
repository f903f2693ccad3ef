// A table that is too large to be sent unasked, read page by page.
import type { PartState } from '../replica/output'
import { Pages } from './pages'
import { type ReadLines, readStretch } from './stretch'
import { cellsOf, type Table, tableOf } from './table'
import type { TableRow } from './tableRow'

const pageLines = 500
/** Bytes of one request. */
const limit = 1 << 20

export class PagedRows {
  /** Rows of the table, without the line that names the columns. */
  readonly count: number
  private taken: Table | undefined
  private readonly isEscaped: boolean
  private readonly pages: Pages<readonly (string | undefined)[]>

  constructor(part: PartState, read: ReadLines) {
    this.count = Math.max(0, part.lines - 1)
    this.isEscaped = part.table === 'escaped'
    this.pages = new Pages((page, signal) => {
      const from = page * pageLines
      const to = Math.min(from + pageLines, part.lines)
      return readStretch(read, { from, to, limit }, signal)
    })
  }

  subscribe = (listener: () => void) => this.pages.subscribe(listener)
  version = () => this.pages.version
  retry = () => this.pages.retry()
  close = () => this.pages.close()

  /** Whether the table was replaced, and another is on its way. */
  get isStale(): boolean {
    return this.pages.isStale
  }

  /** Asks for what is needed first. */
  begin() {
    this.pages.want(this.ends)
  }

  /** The columns, the first rows and the last ones; undefined until they are read. */
  get sample(): Table | undefined {
    this.taken ??= this.take()
    return this.taken
  }

  /** Why they could not be read. */
  get failure(): string | undefined {
    return this.ends.map((page) => this.pages.failure(page)).find((why) => why !== undefined)
  }

  row(i: number): TableRow {
    const page = pageOf(i)
    const line = this.pages.get(page)?.[i + 1 - page * pageLines]
    if (line !== undefined) return { kind: 'cells', cells: cellsOf(line, this.isEscaped) }
    if (this.pages.get(page)) return { kind: 'cells', cells: [] }
    const why = this.pages.failure(page)
    return why === undefined ? { kind: 'coming' } : { kind: 'failed', why }
  }

  /** Says which rows are in view. */
  view(first: number, last: number) {
    const [from, to] = [pageOf(Math.max(0, first)), pageOf(Math.max(0, Math.min(this.count, last) - 1))]
    this.pages.want(Array.from({ length: to - from + 1 }, (_, i) => from + i))
  }

  /** The first page and the last. */
  private get ends(): readonly number[] {
    return [...new Set([0, pageOf(this.count - 1)])]
  }

  private take(): Table | undefined {
    const ends = this.ends.map((page) => this.pages.get(page))
    if (ends.includes(undefined)) return undefined
    return tableOf(ends.flatMap((lines) => lines ?? []).join('\n'), this.isEscaped)
  }
}

/** Line 0 names the columns. */
const pageOf = (row: number) => Math.floor((row + 1) / pageLines)
