import { LineView } from './LineView'
import { Retry } from './Retry'
import styles from './TextView.module.css'
import type { Row } from './textSource'

/** So many rows of a page that could not be read are there for each that says so: one is in view always. */
const saidEvery = 20

export interface TextRowProps {
  row: Row
  /** Its place among all rows. */
  at: number
  isFound: boolean
  onRetry?: () => void
}

/** One row of a text box, of fixed height whatever is in it. */
export function TextRow({ row, at, isFound, onRetry }: TextRowProps) {
  if (row.kind === 'gap') return <div className={styles.gap}>{row.text}</div>
  if (row.kind === 'failed')
    return (
      <div className={styles.row}>{at % saidEvery === 0 && <Retry why={row.why} onRetry={onRetry} />}</div>
    )
  return (
    <div className={isFound ? styles.found : styles.row}>
      {row.kind === 'line' ? (
        <LineView line={row.line} />
      ) : (
        <span className={styles.coming} style={{ width: `${10 + ((at * 7) % 30)}ch` }} aria-hidden="true" />
      )}
    </div>
  )
}
