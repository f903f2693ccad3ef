import { useMemo, useState } from 'react'
import { ChevronDownIcon, ChevronUpIcon } from '../../ui/icons'
import styles from './TableView.module.css'
import { isNumeric, type Sorting, sorted, tableOf, widths } from './table'
import { useVirtualRows } from './useVirtualRows'

const rowHeight = 26

/** A table of any length; a press on a column's name sorts by it. */
export function TableView({ text, isEscaped }: { text: string; isEscaped?: boolean }) {
  const table = useMemo(() => tableOf(text, isEscaped), [text, isEscaped])
  const [sorting, setSorting] = useState<Sorting | null>(null)
  const order = useMemo(() => sorted(table, sorting), [table, sorting])
  const numeric = useMemo(() => table.columns.map((_, i) => isNumeric(table, i)), [table])
  const { columns, total } = useMemo(() => layoutOf(widths(table)), [table])
  const { box, onScroll, first, last, height, offset } = useVirtualRows(order.length, rowHeight)
  const press = (column: number) =>
    setSorting((s) =>
      s?.column !== column
        ? { column, descending: false }
        : s.descending
          ? null
          : { column, descending: true },
    )
  const look = (i: number) => (numeric[i] ? `${styles.cell} ${styles.number}` : styles.cell)
  return (
    <div className={styles.view}>
      <div
        ref={box}
        className={styles.box}
        role="table"
        aria-label="Result"
        aria-rowcount={order.length + 1}
        aria-colcount={table.columns.length}
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
              <button type="button" className={styles.sort} onClick={() => press(i)}>
                {name}
                {sorting?.column === i && (sorting.descending ? <ChevronDownIcon /> : <ChevronUpIcon />)}
              </button>
            </div>
          ))}
        </div>
        <div style={{ height, minWidth: total, position: 'relative' }}>
          {order.slice(first, last).map((row, i) => (
            <div
              key={row}
              role="row"
              aria-rowindex={first + i + 2}
              className={styles.row}
              style={{ gridTemplateColumns: columns, top: offset + i * rowHeight }}
            >
              {table.columns.map((_, c) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
                <div key={c} role="cell" className={look(c)}>
                  <Cell value={table.rows[row]?.[c]} />
                </div>
              ))}
            </div>
          ))}
        </div>
      </div>
      <p className={styles.count}>
        {table.rows.length.toLocaleString('en')} {table.rows.length === 1 ? 'row' : 'rows'}
      </p>
    </div>
  )
}

function Cell({ value }: { value: string | null | undefined }) {
  return value === null ? <span className={styles.null}>NULL</span> : value
}

/** Columns of fixed width, so that rows that are made one by one line up. */
function layoutOf(characters: number[]): { columns: string; total: string } {
  return {
    columns: characters.map((w) => `calc(${w}ch + 20px)`).join(' '),
    total: `calc(${characters.reduce((a, b) => a + b, 0)}ch + ${characters.length * 20}px)`,
  }
}
