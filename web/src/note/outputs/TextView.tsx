// What a program printed. A few lines stand as they are; many stand in a box that
// renders only those in view and follows the end while one is there.
import { useRef, useState } from 'react'
import { Button } from '../../ui/Button'
import { toastError } from '../../ui/Toast'
import type { PartState } from '../replica/output'
import { LineView } from './LineView'
import { readWholePart, savePart } from './parts'
import { lineCount, PartText } from './partText'
import styles from './TextView.module.css'
import { type Line, TextBuffer } from './textBuffer'
import { useVirtualRows } from './useVirtualRows'

const rowHeight = 18
const fewLines = 60
const mostShown = 16 << 20

export interface TextViewProps {
  part: PartState
  note: string
  run: string
  isLive: boolean
}

export function TextView({ part, note, run, isLive }: TextViewProps) {
  const lines = useRef<PartText>(null)
  lines.current ??= new PartText()
  const [whole, setWhole] = useState<TextBuffer | null>(null)
  const [busy, setBusy] = useState(false)
  lines.current.take(part)
  const { head, tail, gap, count } = lines.current
  const look = part.name === 'stderr' ? `${styles.text} ${styles.stderr}` : styles.text

  const showAll = async () => {
    setBusy(true)
    try {
      const buffer = new TextBuffer()
      await readWholePart(note, run, part, (piece) => buffer.append(piece))
      setWhole(buffer)
    } catch (e) {
      toastError(e)
    }
    setBusy(false)
  }

  if (whole)
    return <Box look={look} count={lineCount(whole)} line={(i) => whole.lines[i] ?? ''} version={0} />
  if (gap === 0 && !tail && count <= fewLines) return <Few look={look} lines={head.lines.slice(0, count)} />

  const heads = lineCount(head)
  const gapRow = gap > 0 ? heads : -1
  const line = (i: number) =>
    i < heads ? head.lines[i] : i === gapRow ? undefined : tail?.lines[i - heads - (gap > 0 ? 1 : 0)]
  return (
    <>
      <Box
        look={look}
        count={count}
        line={line}
        version={head.version + (tail?.version ?? 0)}
        stick={isLive}
        gap={gap}
      />
      {(gap > 0 || part.missing > 0) && (
        <div className={styles.actions}>
          <span className={styles.note}>
            {gap > 0 && `${size(gap)} in the middle are not loaded. `}
            {part.missing > 0 && `${size(part.missing)} were not stored.`}
          </span>
          {gap > 0 && part.bytes <= mostShown && (
            <Button busy={busy} onClick={showAll}>
              Show all {size(part.bytes)}
            </Button>
          )}
          <Button onClick={() => savePart(note, run, part)}>Download</Button>
        </div>
      )}
    </>
  )
}

function Few({ look, lines }: { look: string | undefined; lines: readonly Line[] }) {
  return (
    <pre className={look}>
      {lines.map((l, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <div key={i} className={styles.line}>
          <LineView line={l} />
        </div>
      ))}
    </pre>
  )
}

interface BoxProps {
  look: string | undefined
  count: number
  /** A line; undefined is the gap. */
  line: (i: number) => Line | undefined
  version: number
  stick?: boolean
  gap?: number
}

function Box({ look, count, line, stick, gap = 0 }: BoxProps) {
  const [tall, setTall] = useState(false)
  const { box, onScroll, first, last, height, offset } = useVirtualRows(count, rowHeight, stick)
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
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
                <div key={first + i} className={l === undefined ? styles.gap : styles.row}>
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
      </div>
    </div>
  )
}

/** A number of bytes as people say it. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} KB`
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`
}
