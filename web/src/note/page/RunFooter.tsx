import type { Run } from '../../wire/types'
import type { ParagraphState } from '../replica/state'
import { useSlice } from '../replica/store'
import { useNote, useText } from './context'
import styles from './RunFooter.module.css'
import { originOf, took, when } from './runWords'

/** Below a result: how long it took, when, by whom, and whether it is still of this text. */
export function RunFooter({ paragraph, run }: { paragraph: ParagraphState; run: Run }) {
  const hasUnsent = useText(paragraph.id, (_, unsent) => unsent)
  const isOver = run.state !== 'queued' && run.state !== 'sent'
  if (!isOver) return null
  const isStale = !run.imported && (run.version !== paragraph.version || hasUnsent)
  const time = took(run)
  return (
    <footer className={styles.footer}>
      {run.imported ? (
        <span>{originOf(run)}</span>
      ) : (
        <span>
          {time && <>Took {time}, </>}
          <time dateTime={run.endedAt ?? run.queuedAt}>{when(run.endedAt ?? run.queuedAt)}</time> by{' '}
          {run.by.name}
        </span>
      )}
      {run.own && <span>Only you and writers see this</span>}
      <Ending run={run} />
      {run.dropped ? (
        <span className={styles.warn}>{run.dropped.toLocaleString('en')} bytes not stored</span>
      ) : null}
      {isStale && <span className={styles.stale}>code changed since</span>}
    </footer>
  )
}

function Ending({ run }: { run: Run }) {
  const { client } = useNote()
  const by = useSlice(
    client.store,
    'people',
    (s) => s.people.find((p) => p.user.id === run.cancelledBy)?.user.name,
  )
  if (run.state === 'cancelled')
    return <span className={styles.warn}>Cancelled{run.reason ? `: ${run.reason}` : by && ` by ${by}`}</span>
  if (run.state === 'lost')
    return <span className={styles.error}>{run.reason || 'Nobody knows how it ended'}</span>
  // What was sent says in its output why it failed.
  return run.reason && !run.sentAt ? <span className={styles.warn}>{run.reason}</span> : null
}
