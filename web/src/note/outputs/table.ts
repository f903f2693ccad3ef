// Tables as text: tab-separated lines, the first one names the columns.
export interface Table {
  columns: readonly string[]
  rows: readonly (readonly string[])[]
}

export function tableOf(tsv: string): Table {
  const lines = tsv.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n')
  const [head = '', ...rest] = lines
  return { columns: head.split('\t'), rows: rest.map((l) => l.split('\t')) }
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

/** A width in characters that suits the first rows of each column. */
export function widths(table: Table): number[] {
  return table.columns.map((name, i) => {
    const longest = table.rows.slice(0, 200).reduce((n, r) => Math.max(n, r[i]?.length ?? 0), name.length + 2)
    return Math.min(40, Math.max(4, longest))
  })
}
