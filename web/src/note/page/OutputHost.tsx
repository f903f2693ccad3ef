// A paragraph's result. While a new run has printed nothing yet the earlier result
// stays, dimmed, so that the page does not jump.
import { useRef } from 'react'
import type { Run } from '../../wire/types'
import { isEmpty, OutputView } from '../outputs/OutputView'
import type { RunOutput } from '../replica/output'
import type { ParagraphState } from '../replica/state'
import { useSlice } from '../replica/store'
import { useNote } from './context'
import styles from './OutputHost.module.css'

export function OutputHost({ paragraph, run }: { paragraph: ParagraphState; run: Run | undefined }) {
  const { client } = useNote()
  const output = useSlice(client.store, `out:${run?.id ?? ''}`, (s) => s.outputs.get(run?.id ?? ''))
  const earlier = useRef<RunOutput>(undefined)
  const isLive = run?.state === 'queued' || run?.state === 'sent'
  const isWaiting = isLive && !output?.parts.some((p) => !isEmpty(p))
  if (!run) earlier.current = undefined
  else if (!isWaiting) earlier.current = output
  const shown = isWaiting ? earlier.current : output
  if (paragraph.settings.hideOutput || !run || !shown?.parts.length) return null
  return (
    <section
      className={isWaiting ? `${styles.output} ${styles.earlier}` : styles.output}
      aria-label="Output"
      aria-busy={isLive}
    >
      <OutputView key={shown.run} note={client.note} output={shown} isLive={isLive} by={run.by} />
    </section>
  )
}
