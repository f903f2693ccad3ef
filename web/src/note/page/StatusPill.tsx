import { useEffect, useState } from 'react'
import type { Run } from '../../wire/types'
import { useNote } from './context'
import { duration, originOf, type RunWord, took } from './runWords'
import styles from './StatusPill.module.css'

const words: Record<RunWord, string> = {
  ready: 'Ready',
  starting: 'Starting',
  queued: 'Queued',
  running: 'Running',
  finished: 'Finished',
  error: 'Error',
  cancelled: 'Cancelled',
  lost: 'Lost',
}

/** Where a paragraph's run stands, in a word, with the time or the place in the queue. */
export function StatusPill({ run, state }: { run: Run | undefined; state: RunWord }) {
  return (
    <span className={`${styles.pill} ${styles[state]}`} data-tip={run && tipOf(run)}>
      <span className={styles.word}>{words[state]}</span>
      {state === 'queued' && run?.position ? ` #${run.position}` : null}
      {state === 'running' && run?.sentAt && <Elapsed since={run.sentAt} />}
    </span>
  )
}

function tipOf(run: Run): string | undefined {
  if (run.imported) return originOf(run)
  const time = took(run)
  return time ? `Took ${time}, run by ${run.by.name}` : `Run by ${run.by.name}`
}

function Elapsed({ since }: { since: string }) {
  const { client } = useNote()
  const [now, setNow] = useState(client.serverNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(client.serverNow()), 100)
    return () => clearInterval(timer)
  }, [client])
  return <span className={styles.time}> {duration(now - Date.parse(since))}</span>
}
