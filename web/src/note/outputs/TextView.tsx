// What a program printed. A few lines stand as they are; many stand in a box. Of very
// much only the beginning and the end are here: while it runs these are shown, once it
// has ended all of it, read page by page.
import { useRef } from 'react'
import { gapOf, type PartState } from '../replica/output'
import { LineView } from './LineView'
import { isInLines } from './pagedLines'
import { PartText } from './partText'
import { SaveButton } from './SaveButton'
import { size } from './size'
import { TextBox } from './TextBox'
import styles from './TextView.module.css'
import type { Line } from './textBuffer'
import { usePagedLines } from './usePagedLines'

const fewLines = 60

export interface TextViewProps {
  part: PartState
  note: string
  run: string
  isLive: boolean
}

export function TextView({ part, note, run, isLive }: TextViewProps) {
  const here = useRef<PartText>(null)
  const wasLive = useRef(isLive)
  wasLive.current ||= isLive
  const isWhole = gapOf(part) <= 0 && part.tail === ''
  const paged = usePagedLines(note, run, part, !isWhole && !isLive && isInLines(part))
  here.current ??= new PartText()
  if (!paged) here.current.take(part)
  const look = part.name === 'stderr' ? `${styles.text} ${styles.stderr}` : styles.text
  const { head, rows } = here.current
  if (isWhole && rows <= fewLines) return <Few look={look} lines={head.lines.slice(0, rows)} />
  return (
    <>
      <TextBox look={look} source={paged ?? here.current} stick={wasLive.current} />
      {!isWhole && <Actions part={part} note={note} run={run} isPaged={paged !== null} />}
    </>
  )
}

/** What is not here, and the whole as a file. */
function Actions({ part, note, run, isPaged }: Omit<TextViewProps, 'isLive'> & { isPaged: boolean }) {
  const away = gapOf(part) - part.missing
  return (
    <div className={styles.actions}>
      <span className={styles.note}>
        {isPaged ? size(part.bytes) : away > 0 && `${size(away)} in the middle are not loaded. `}
        {!isPaged && part.missing > 0 && `${size(part.missing)} were not stored.`}
      </span>
      <SaveButton note={note} run={run} part={part} />
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
