// A table that was not sent unasked: its rows are read as they come into view. To sort
// it all of them are needed, and from then on it is here whole.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Skeleton } from '../../ui/Skeleton'
import type { PartState } from '../replica/output'
import { bundleOf, stringOf, tableMime } from './mime'
import { PagedRows } from './pagedRows'
import { Retry } from './Retry'
import { SaveButton } from './SaveButton'
import { size } from './size'
import { readerOf } from './stretch'
import { TableGrid } from './TableGrid'
import { TableView } from './TableView'
import styles from './TableView.module.css'
import { rowCount } from './table'
import { usePages } from './usePages'
import { mostShown, useWhole } from './useWhole'
import { Working } from './Working'

export interface PagedTableProps {
  note: string
  run: string
  part: PartState
}

export function PagedTable({ note, run, part }: PagedTableProps) {
  const rows = usePagedRows(note, run, part)
  const whole = useWhole(note, run, part)
  const [column, setColumn] = useState<number>()
  const row = useCallback((i: number) => rows.row(i), [rows])
  const view = useCallback((first: number, last: number) => rows.view(first, last), [rows])
  const isTooMuch = part.bytes > mostShown
  const sort = (pressed: number) => {
    setColumn(pressed)
    if (!isTooMuch && whole.share === undefined) void whole.read()
  }

  const tsv = bundleOf(whole.data)?.data[tableMime]
  if (tsv !== undefined && column !== undefined)
    return <Sorted text={stringOf(tsv)} isEscaped={part.table === 'escaped'} column={column} />
  if (!rows.sample) return <First rows={rows} />
  return (
    <TableGrid
      table={rows.sample}
      count={rows.count}
      row={row}
      sorting={null}
      onSort={sort}
      onView={view}
      onRetry={rows.retry}
    >
      <div className={styles.foot}>
        <span>
          {rowCount(rows.count)}, {size(part.bytes)}
        </span>
        <span role="status">
          {rows.isStale && 'This table was replaced. The new one is on its way.'}
          {isTooMuch &&
            column !== undefined &&
            `Sorting needs all rows, and ${size(part.bytes)} are too many.`}
        </span>
        {whole.share !== undefined && (
          <Working what="Sorting needs all rows: reading them" share={whole.share} onCancel={whole.cancel} />
        )}
        {whole.failure !== undefined && <Retry why={whole.failure} onRetry={() => void whole.read()} />}
        <SaveButton note={note} run={run} part={part} />
      </div>
    </TableGrid>
  )
}

function usePagedRows(note: string, run: string, part: PartState): PagedRows {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is another table
  const rows = useMemo(
    () => new PagedRows(part, readerOf(note, run, part)),
    [note, run, part.part, part.revision],
  )
  usePages(rows)
  useEffect(() => rows.begin(), [rows])
  return rows
}

/** Before the columns are known. */
function First({ rows }: { rows: PagedRows }) {
  return (
    <div className={styles.view}>
      {rows.failure === undefined ? (
        <Skeleton rows={6} height={18} label="Reading the table" />
      ) : (
        <Retry why={rows.failure} onRetry={rows.retry} />
      )}
    </div>
  )
}

/** The whole table in the order that was asked for; the column that was pressed keeps the focus. */
function Sorted({ text, isEscaped, column }: { text: string; isEscaped: boolean; column: number }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (document.activeElement === document.body)
      box.current?.querySelector<HTMLElement>('[aria-sort=ascending] button')?.focus()
  }, [])
  return (
    <div ref={box}>
      <TableView text={text} isEscaped={isEscaped} initial={{ column, descending: false }} />
    </div>
  )
}
