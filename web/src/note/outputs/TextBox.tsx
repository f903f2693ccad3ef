// Many lines in a box: only those in view are in the document. Find and go to a line.
import { useLayoutEffect, useState } from 'react'
import { Button } from '../../ui/Button'
import { FindText } from './FindText'
import { GoToLine } from './GoToLine'
import { TextRow } from './TextRow'
import styles from './TextView.module.css'
import type { TextSource } from './textSource'
import { useVirtualRows } from './useVirtualRows'

const rowHeight = 18

export interface TextBoxProps {
  look: string | undefined
  source: TextSource
  /** Follows the end while one is there. */
  stick?: boolean
}

export function TextBox({ look, source, stick }: TextBoxProps) {
  const [tall, setTall] = useState(false)
  const [found, setFound] = useState({ source, row: -1 })
  const at = found.source === source ? found.row : -1
  const { box, onScroll, first, last, top, height, offset, goTo } = useVirtualRows(
    source.rows,
    rowHeight,
    stick,
  )
  useLayoutEffect(() => source.view?.(first, last), [source, first, last])
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, i) => source.row(first + i))
  const lines = source.lines.toLocaleString('en')
  const show = (row: number) => {
    setFound({ source, row })
    if (row >= 0) goTo(row)
  }
  return (
    <div>
      <div
        ref={box}
        className={tall ? `${styles.box} ${styles.tall}` : styles.box}
        onScroll={onScroll}
        role="log"
        aria-label={`Output, ${lines} lines`}
        aria-live="off"
        aria-busy={rows.some((r) => r.kind === 'coming')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
        tabIndex={0}
      >
        <div style={{ height, position: 'relative' }}>
          <pre className={`${look} ${styles.rows}`} style={{ top: offset }}>
            {rows.map((row, i) => (
              <TextRow
                // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
                key={first + i}
                row={row}
                at={first + i}
                isFound={first + i === at}
                onRetry={source.retry}
              />
            ))}
          </pre>
        </div>
      </div>
      <div className={styles.bar}>
        <span className={styles.note}>{lines} lines</span>
        <Button kind="quiet" className={styles.small} onClick={() => setTall(!tall)}>
          {tall ? 'Smaller' : 'Larger'}
        </Button>
        <span className={styles.said} role="status">
          {source.said}
        </span>
        <GoToLine count={source.lines} onGo={(line) => show(source.rowOf(line))} />
        <FindText source={source} from={(by) => (at >= 0 ? at : by > 0 ? top - 1 : top)} onFound={show} />
      </div>
    </div>
  )
}
