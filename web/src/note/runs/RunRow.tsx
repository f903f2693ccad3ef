import { useState } from 'react'
import { Button } from '../../ui/Button'
import { useNote } from '../page/context'
import { originOf, stateWord, took, when } from '../page/runWords'
import { StatusPill } from '../page/StatusPill'
import { useSlice } from '../replica/store'
import styles from './RunsPanel.module.css'
import { outputText, type RunRecord } from './runs'

/** A run in the list: who, when, how it ended, what ran, and on request what it printed. */
export function RunRow({ run }: { run: RunRecord }) {
  const { client } = useNote()
  const place = useSlice(client.store, 'order', (s) => s.order.indexOf(run.paragraph) + 1)
  const title = useSlice(client.store, `p:${run.paragraph}`, (s) => s.paragraphs.get(run.paragraph)?.title)
  const [output, setOutput] = useState<string>()
  const [busy, setBusy] = useState(false)
  const toggle = async () => {
    if (output !== undefined) return setOutput(undefined)
    setBusy(true)
    setOutput(await outputText(client.note, run.id).catch((e: unknown) => String(e)))
    setBusy(false)
  }
  const time = took(run)
  return (
    <li className={styles.row}>
      <div className={styles.line}>
        <StatusPill run={run} state={stateWord(run, false)} />
        <strong>{title || (place ? `Paragraph ${place}` : 'A deleted paragraph')}</strong>
        <span className={styles.space} />
        <Button busy={busy} onClick={() => void toggle()} aria-expanded={output !== undefined}>
          {output === undefined ? 'Show output' : 'Hide output'}
        </Button>
      </div>
      <div className={styles.facts}>
        <span>
          {run.imported ? originOf(run) : run.by.name},{' '}
          <time dateTime={run.queuedAt}>{when(run.queuedAt)}</time>
          {time && `, took ${time}`}
          {run.endedAt && `, ended ${when(run.endedAt)}`}
        </span>
        {run.own && <span className={styles.own}>own kernel</span>}
        {run.changedSince && <span className={styles.changed}>code changed since</span>}
        {run.state === 'cancelled' && run.cancelledByName && <span>cancelled by {run.cancelledByName}</span>}
        {run.reason && <span>{run.reason}</span>}
      </div>
      {run.text && <RanText text={run.text} />}
      {output !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
        <pre className={styles.output} tabIndex={0}>
          {output || 'It printed nothing.'}
        </pre>
      )}
    </li>
  )
}

const firstLines = 3

/** What ran: its first lines, and the rest on request. */
function RanText({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false)
  const lines = text.split('\n')
  return (
    <>
      <pre className={styles.text}>{isWhole ? text : lines.slice(0, firstLines).join('\n')}</pre>
      {lines.length > firstLines && (
        <Button kind="quiet" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show less of the code' : `Show all ${lines.length} lines of the code`}
        </Button>
      )}
    </>
  )
}
