// The rows of a table that are in view, below their columns.
import { type ReactNode, useLayoutEffect, useMemo } from 'react'
import { ChevronDownIcon, ChevronUpIcon } from '../../ui/icons'
import { Retry } from './Retry'
import styles from './TableView.module.css'
import { isNumeric, type Sorting, type Table, widths } from './table'
import type { TableRow } from './tableRow'
import { useVirtualRows } from './useVirtualRows'

const rowHeight = 26
/** Of rows that could not be read so many have one that says so. */
const saidEvery = 10

export interface TableGridProps {
  /** The columns, and rows by which their widths are chosen. */
  table: Table
  /** Rows there are. */
  count: number
  row: (i: number) => TableRow
  sorting: Sorting | null
  onSort: (column: number) => void
  /** Told which rows are in view. */
  onView?: (first: number, last: number) => void
  onRetry?: () => void
  /** What stands below. */
  children: ReactNode
}

export function TableGrid({ table, count, row, sorting, onSort, onView, onRetry, children }: TableGridProps) {
  const numeric = useMemo(() => table.columns.map((_, i) => isNumeric(table, i)), [table])
  const characters = useMemo(() => widths(table), [table])
  const { columns, total } = useMemo(() => layoutOf(characters), [characters])
  const { box, onScroll, first, last, height, offset } = useVirtualRows(count, rowHeight)
  useLayoutEffect(() => onView?.(first, last), [onView, first, last])
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, i) => row(first + i))
  const look = (i: number) => (numeric[i] ? `${styles.cell} ${styles.number}` : styles.cell)
  return (
    <div className={styles.view}>
      <div
        ref={box}
        className={styles.box}
        role="table"
        aria-label="Result"
        aria-rowcount={count + 1}
        aria-colcount={table.columns.length}
        aria-busy={rows.some((r) => r.kind === 'coming')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
      >
        <div
          className={styles.head}
          role="row"
          aria-rowindex={1}
          style={{ gridTemplateColumns: columns, minWidth: total }}
        >
          {table.columns.map((name, i) => (
            <div
              // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
              key={i}
              role="columnheader"
              className={look(i)}
              aria-sort={sorting?.column !== i ? 'none' : sorting.descending ? 'descending' : 'ascending'}
            >
              <button type="button" className={styles.sort} onClick={() => onSort(i)}>
                {name}
                {sorting?.column === i && (sorting.descending ? <ChevronDownIcon /> : <ChevronUpIcon />)}
              </button>
            </div>
          ))}
        </div>
        <div style={{ height, minWidth: total, position: 'relative' }}>
          <div className={styles.rows} style={{ top: offset }}>
            {rows.map((r, i) => (
              <div
                // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
                key={first + i}
                role="row"
                aria-rowindex={first + i + 2}
                className={styles.row}
                style={{ gridTemplateColumns: columns, top: i * rowHeight }}
              >
                {r.kind === 'failed' ? (
                  <div role="cell" className={styles.failed}>
                    {(first + i) % saidEvery === 0 && <Retry why={r.why} onRetry={onRetry} />}
                  </div>
                ) : (
                  table.columns.map((_, c) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
                    <div key={c} role="cell" className={look(c)} title={hidden(r, c, characters[c])}>
                      {r.kind === 'cells' ? <Cell value={r.cells[c]} /> : <Coming />}
                    </div>
                  ))
                )}
              </div>
            ))}
          </div>
        </div>
      </div>
      {children}
    </div>
  )
}

function Cell({ value }: { value: string | null | undefined }) {
  return value === null ? <span className={styles.null}>NULL</span> : cut(value ?? '', 10_000)
}

const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most)}…` : text)

/** What a cell cannot show all of. */
function hidden(row: TableRow, column: number, characters = 0): string | undefined {
  const value = row.kind === 'cells' ? row.cells[column] : undefined
  return value && value.length > characters ? cut(value, 1000) : undefined
}

function Coming() {
  return <span className={styles.coming} aria-hidden="true" />
}

/** Columns of fixed width, so that rows that are made one by one line up. */
function layoutOf(characters: number[]): { columns: string; total: string } {
  return {
    columns: characters.map((w) => `calc(${w}ch + 20px)`).join(' '),
    total: `calc(${characters.reduce((a, b) => a + b, 0)}ch + ${characters.length * 20}px)`,
  }
}
