// The line above a paragraph's text: language, title, state, and what can be done.

import { IconButton } from '../../ui/IconButton'
import { ArrowDownIcon, ArrowUpIcon, EditIcon, PlayIcon, StopIcon } from '../../ui/icons'
import type { Run } from '../../wire/types'
import { edit } from '../commands/navigation'
import { cancel, runHere } from '../commands/running'
import { move } from '../commands/structure'
import { shown } from '../keys/match'
import type { ParagraphState } from '../replica/state'
import { useClient, useLanguage, useMay, useNote } from './context'
import { LanguageChip } from './LanguageChip'
import styles from './ParagraphHead.module.css'
import { ParagraphMenu } from './ParagraphMenu'
import { ParagraphTitle } from './ParagraphTitle'
import type { RunWord } from './runWords'
import { StatusPill } from './StatusPill'

export interface ParagraphHeadProps {
  paragraph: ParagraphState
  state: RunWord
  run: Run | undefined
  isRendered: boolean
}

export function ParagraphHead({ paragraph, state, run, isRendered }: ParagraphHeadProps) {
  const { isMarkdown } = useLanguage(paragraph.id)
  const [mayWrite, mayRun] = [useMay('write'), useMay('run')]
  return (
    <header className={isRendered ? `${styles.head} ${styles.floating}` : styles.head}>
      <LanguageChip id={paragraph.id} isRendered={isRendered} />
      {!isRendered && <ParagraphTitle paragraph={paragraph} />}
      {paragraph.settings.disabled && (
        <span className={styles.tag} data-tip="Left out by “Run all”">
          run disabled
        </span>
      )}
      <span className={styles.space} />
      {mayWrite && <MoveButtons id={paragraph.id} />}
      {isRendered && mayWrite && <EditButton id={paragraph.id} />}
      <span className={styles.onHover}>
        <ParagraphMenu paragraph={paragraph} />
      </span>
      {!isMarkdown && (mayRun || run) && <StatusPill run={run} state={state} />}
      {!isMarkdown && <RunButton id={paragraph.id} state={state} />}
    </header>
  )
}

function MoveButtons({ id }: { id: string }) {
  const note = useNote()
  return (
    <span className={`${styles.onHover} ${styles.moves}`}>
      <IconButton label="Move up" keys={shown('Ctrl+Alt+K')} onClick={() => move(note, -1, id)}>
        <ArrowUpIcon />
      </IconButton>
      <IconButton label="Move down" keys={shown('Ctrl+Alt+J')} onClick={() => move(note, 1, id)}>
        <ArrowDownIcon />
      </IconButton>
    </span>
  )
}

function EditButton({ id }: { id: string }) {
  const note = useNote()
  return (
    <span className={styles.onHover}>
      <IconButton label="Edit" keys={shown('Enter')} onClick={() => edit(note, id)}>
        <EditIcon />
      </IconButton>
    </span>
  )
}

function RunButton({ id, state }: { id: string; state: RunWord }) {
  const note = useNote()
  const mayRun = useMay('run')
  const online = useClient((c) => c.isOnline())
  if (!mayRun) return null
  if (state === 'running' || state === 'queued')
    return (
      <IconButton
        label={state === 'running' ? 'Stop' : 'Take out of the queue'}
        className={styles.stop}
        disabled={!online}
        onClick={() => void cancel(note, id)}
      >
        <StopIcon />
      </IconButton>
    )
  return (
    <IconButton
      label={online ? 'Run' : 'Not connected: nothing can run now'}
      keys={shown('Shift+Enter')}
      className={styles.run}
      disabled={!online || state === 'starting'}
      onClick={() => runHere(note, id)}
    >
      <PlayIcon />
    </IconButton>
  )
}
