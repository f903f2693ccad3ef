import { useCallback, useMemo, useState } from 'react'
import { TableGrid } from './TableGrid'
import styles from './TableView.module.css'
import { rowCount, type Sorting, sorted, tableOf } from './table'
import type { TableRow } from './tableRow'

interface TableViewProps {
  text: string
  isEscaped?: boolean
  /** How it is sorted at first. */
  initial?: Sorting
}

/** A table of any length that is here whole; a press on a column's name sorts by it. */
export function TableView({ text, isEscaped, initial }: TableViewProps) {
  const table = useMemo(() => tableOf(text, isEscaped), [text, isEscaped])
  const [sorting, setSorting] = useState<Sorting | null>(initial ?? null)
  const order = useMemo(() => sorted(table, sorting), [table, sorting])
  const row = useCallback(
    (i: number): TableRow => ({ kind: 'cells', cells: table.rows[order[i] ?? -1] ?? [] }),
    [table, order],
  )
  const press = (column: number) =>
    setSorting((s) =>
      s?.column !== column
        ? { column, descending: false }
        : s.descending
          ? null
          : { column, descending: true },
    )
  return (
    <TableGrid table={table} count={order.length} row={row} sorting={sorting} onSort={press}>
      <p className={styles.count}>{rowCount(order.length)}</p>
    </TableGrid>
  )
}
