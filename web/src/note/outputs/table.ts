// Tables as text: tab-separated lines, the first one names the columns.
export interface Table {
  columns: readonly string[]
  /** A cell is null for NULL, which only escaped tables tell from the text. */
  rows: readonly (readonly (string | null)[])[]
}

/**
 * Reads a table. In an escaped one \N is NULL, and \t, \n, \r and \\ stand for these
 * characters, as in Postgres's COPY.
 */
export function tableOf(tsv: string, isEscaped = false): Table {
  const text = isEscaped ? tsv.replace(/\n$/, '') : tsv.replace(/\r\n?/g, '\n').replace(/\n+$/, '')
  const [head = '', ...rest] = text.split('\n')
  const cells = (line: string) => cellsOf(line, isEscaped)
  return { columns: cells(head).map((name) => name ?? ''), rows: rest.map(cells) }
}

/** The cells of one line. */
export function cellsOf(line: string, isEscaped: boolean): (string | null)[] {
  return isEscaped ? line.split('\t').map(unescaped) : line.replace(/\r$/, '').split('\t')
}

const meanings: Record<string, string> = { t: '\t', n: '\n', r: '\r' }

function unescaped(cell: string): string | null {
  if (cell === '\\N') return null
  return cell.includes('\\') ? cell.replace(/\\(.)/g, (_, c: string) => meanings[c] ?? c) : cell
}

export interface Sorting {
  column: number
  descending: boolean
}

/** The order of the rows: numbers by value where all of a column are numbers. */
export function sorted(table: Table, by: Sorting | null): readonly number[] {
  const order = table.rows.map((_, i) => i)
  if (!by) return order
  const cells = table.rows.map((r) => r[by.column] ?? '')
  const numbers = cells.map((c) => (c.trim() === '' ? Number.NaN : Number(c)))
  const numeric = isNumeric(table, by.column)
  const compare = numeric
    ? (a: number, b: number) => compareNumbers(numbers[a], numbers[b])
    : (a: number, b: number) => compareTexts(cells[a] ?? '', cells[b] ?? '')
  order.sort((a, b) => (by.descending ? -compare(a, b) : compare(a, b)) || a - b)
  return order
}

/** Whether every filled cell of a column is a number. */
export function isNumeric(table: Table, column: number): boolean {
  let any = false
  for (const row of table.rows) {
    const cell = row[column]?.trim() ?? ''
    if (cell === '') continue
    if (!Number.isFinite(Number(cell))) return false
    any = true
  }
  return any
}

const empty = (n: number | undefined) => n === undefined || Number.isNaN(n)

function compareNumbers(a: number | undefined, b: number | undefined): number {
  if (empty(a) || empty(b)) return Number(empty(a)) - Number(empty(b))
  return (a as number) - (b as number)
}

const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** A number of rows as people say it. */
export function rowCount(n: number): string {
  return n === 1 ? '1 row' : `${n.toLocaleString('en')} rows`
}

/** Rows by which widths are chosen. */
const samples = 400

/** A width in characters that suits each column: rows from all of the table are looked at. */
export function widths(table: Table): number[] {
  const length = Math.min(samples, table.rows.length)
  const step = (table.rows.length - 1) / Math.max(1, length - 1)
  const some = Array.from({ length }, (_, i) => Math.round(i * step)) // the first and the last among them
  return table.columns.map((name, i) => {
    const longest = some.reduce((n, r) => Math.max(n, table.rows[r]?.[i]?.length ?? 0), name.length + 2)
    return Math.min(40, Math.max(4, longest))
  })
}
