// Many lines in a box: only those in view are in the document. Find and go to a line.
import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { Button } from '../../ui/Button'
import { findLine } from './find'
import { LineView } from './LineView'
import { size } from './size'
import styles from './TextView.module.css'
import type { Line } from './textBuffer'
import { useVirtualRows } from './useVirtualRows'

const rowHeight = 18

export interface TextBoxProps {
  look: string | undefined
  count: number
  /** A line; undefined is the gap. */
  line: (i: number) => Line | undefined
  /** Follows the end while one is there. */
  stick?: boolean
  /** Bytes that are not loaded, where `line` has none. */
  gap?: number
}

export function TextBox({ look, count, line, stick, gap = 0 }: TextBoxProps) {
  const [tall, setTall] = useState(false)
  const [found, setFound] = useState(-1)
  const { box, onScroll, first, last, height, offset, goTo } = useVirtualRows(count, rowHeight, stick)
  const show = (i: number) => {
    setFound(i)
    if (i >= 0) goTo(i)
  }
  return (
    <div>
      <div
        ref={box}
        className={tall ? `${styles.box} ${styles.tall}` : styles.box}
        onScroll={onScroll}
        role="log"
        aria-label={`Output, ${count.toLocaleString('en')} lines`}
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
        tabIndex={0}
      >
        <div style={{ height, position: 'relative' }}>
          <pre className={`${look} ${styles.rows}`} style={{ top: offset }}>
            {Array.from({ length: last - first }, (_, i) => {
              const l = line(first + i)
              const kind = l === undefined ? styles.gap : first + i === found ? styles.found : styles.row
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
                <div key={first + i} className={kind}>
                  {l === undefined ? `⋯ ${size(gap)} not loaded ⋯` : <LineView line={l} />}
                </div>
              )
            })}
          </pre>
        </div>
      </div>
      <div className={styles.bar}>
        <span className={styles.note}>{count.toLocaleString('en')} lines</span>
        <Button kind="quiet" className={styles.small} onClick={() => setTall(!tall)}>
          {tall ? 'Smaller' : 'Larger'}
        </Button>
        <span className={styles.space} />
        <GoTo count={count} onGo={show} />
        <Find count={count} line={line} at={found} onFound={show} />
      </div>
    </div>
  )
}

function GoTo({ count, onGo }: { count: number; onGo: (i: number) => void }) {
  const [text, setText] = useState('')
  const go = (e: FormEvent) => {
    e.preventDefault()
    const n = Number(text)
    if (n >= 1) onGo(Math.min(count, Math.floor(n)) - 1)
  }
  return (
    <form onSubmit={go}>
      <input
        className={styles.line}
        type="number"
        min={1}
        max={count}
        placeholder="Line"
        aria-label="Go to line"
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
    </form>
  )
}

interface FindProps extends Pick<TextBoxProps, 'count' | 'line'> {
  at: number
  onFound: (i: number) => void
}

function Find({ count, line, at, onFound }: FindProps) {
  const [text, setText] = useState('')
  const [said, setSaid] = useState('')
  const find = (by: 1 | -1) => {
    if (text === '') return
    const i = findLine(count, line, text, at < 0 && by < 0 ? 0 : at, by)
    setSaid(i < 0 ? 'not found' : `line ${(i + 1).toLocaleString('en')}`)
    onFound(i)
  }
  const onKey = (e: KeyboardEvent) => {
    if (e.key !== 'Enter') return
    e.preventDefault()
    find(e.shiftKey ? -1 : 1)
  }
  return (
    <>
      <span className={styles.note} role="status">
        {said}
      </span>
      <input
        className={styles.find}
        type="search"
        placeholder="Find"
        aria-label="Find in this output; Enter for the next, Shift and Enter for the one before"
        value={text}
        onChange={(e) => {
          setText(e.target.value)
          setSaid('')
        }}
        onKeyDown={onKey}
      />
    </>
  )
}
