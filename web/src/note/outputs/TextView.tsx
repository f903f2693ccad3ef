// What a program printed. A few lines stand as they are; many stand in a box. Of very
// much the beginning and the end are here at first, and what is between is read on
// request once the run has ended.
import { useReducer, useRef, useState } from 'react'
import { Button } from '../../ui/Button'
import { toastError } from '../../ui/Toast'
import type { PartState } from '../replica/output'
import { LineView } from './LineView'
import { readPart, savePart } from './parts'
import { lineCount, PartText } from './partText'
import { size } from './size'
import { TextBox } from './TextBox'
import styles from './TextView.module.css'
import type { Line } from './textBuffer'

const fewLines = 60
/** Read at one press of a button, bytes. */
const nextBytes = 4 << 20
const mostAtOnce = 16 << 20

export interface TextViewProps {
  part: PartState
  note: string
  run: string
  isLive: boolean
}

export function TextView({ part, note, run, isLive }: TextViewProps) {
  const lines = useRef<PartText>(null)
  const [, drawn] = useReducer((n: number) => n + 1, 0)
  lines.current ??= new PartText()
  lines.current.take(part)
  const { head, tail, gap, count } = lines.current
  const look = part.name === 'stderr' ? `${styles.text} ${styles.stderr}` : styles.text
  const isWhole = gap <= 0 && part.missing === 0

  if (isWhole && !tail && count <= fewLines) return <Few look={look} lines={head.lines.slice(0, count)} />
  const heads = lineCount(head)
  const gapRow = gap > 0 ? heads : -1
  const line = (i: number) =>
    i < heads ? head.lines[i] : i === gapRow ? undefined : tail?.lines[i - heads - (gap > 0 ? 1 : 0)]
  return (
    <>
      <TextBox look={look} count={count} line={line} stick={isLive} gap={gap} />
      {!isWhole && (
        <Missing part={part} note={note} run={run} lines={lines.current} isLive={isLive} onRead={drawn} />
      )}
    </>
  )
}

interface MissingProps extends TextViewProps {
  lines: PartText
  /** More of it is here now. */
  onRead: () => void
}

/** What is not here, and how to get it. */
function Missing({ part, note, run, lines, isLive, onRead }: MissingProps) {
  const [busy, setBusy] = useState<'load' | 'save'>()
  const { gap } = lines
  const during = async (what: 'load' | 'save', work: () => Promise<void>) => {
    setBusy(what)
    await work().catch(toastError)
    setBusy(undefined)
  }
  const load = (most: number) =>
    during('load', () => {
      const from = lines.gapAt(part)
      return readPart(note, run, part, { from, to: from + Math.min(most, gap) }, (piece, bytes) => {
        lines.fill(piece, bytes)
        onRead()
      })
    })
  return (
    <div className={styles.actions}>
      <span className={styles.note}>
        {gap > 0 && `${size(gap)} in the middle are not loaded. `}
        {part.missing > 0 && `${size(part.missing)} were not stored.`}
      </span>
      {gap > nextBytes && !isLive && (
        <Button busy={busy === 'load'} onClick={() => void load(nextBytes)}>
          Show {size(nextBytes)} more
        </Button>
      )}
      {gap > 0 && gap <= mostAtOnce && !isLive && (
        <Button busy={busy === 'load'} onClick={() => void load(mostAtOnce)}>
          Show all {size(part.bytes)}
        </Button>
      )}
      <Button busy={busy === 'save'} onClick={() => void during('save', () => savePart(note, run, part))}>
        Download
      </Button>
    </div>
  )
}

function Few({ look, lines }: { look: string | undefined; lines: readonly Line[] }) {
  return (
    <pre className={look}>
      {lines.map((l, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <div key={i} className={styles.few}>
          <LineView line={l} />
        </div>
      ))}
    </pre>
  )
}
