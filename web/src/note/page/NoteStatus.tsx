import { useSyncExternalStore } from 'react'
import { StatusItem } from '../../app/AppShell'
import { useMe } from '../../app/session'
import { useConnection } from '../../socket/live'
import { select } from '../commands/navigation'
import { useInterpreters } from '../interpreters'
import { KernelChip, OthersKernels } from '../kernels/KernelChip'
import { isAlive } from '../kernels/words'
import { useSlice } from '../replica/store'
import { useClient, useMay, useNote } from './context'
import styles from './NoteStatus.module.css'

/** The note's part of the status bar. */
export function NoteStatus() {
  return (
    <StatusItem>
      <KernelChips />
      <RunCount />
      <QuestionCount />
      <UnsentCount />
      <span className={styles.space} />
      <Separation />
      <ModeLabel />
    </StatusItem>
  )
}

function KernelChips() {
  const { client } = useNote()
  const kernels = useSlice(client.store, 'kernels', (s) => s.kernels)
  const me = useMe()?.id
  const asked = useInterpreters()?.python
  const python = useConnection().python ?? asked
  if (python && python.phase !== 'ready')
    return (
      <span className={python.phase === 'failed' ? styles.dead : styles.starting} data-tip={python.detail}>
        {python.phase === 'failed' ? 'Python cannot run' : `Preparing Python: ${python.message}`}
      </span>
    )
  const mine = kernels.filter((k) => !k.person || k.person.id === me)
  const others = kernels.filter((k) => k.person && k.person.id !== me && isAlive(k))
  return (
    <>
      {mine.length === 0 && <span className={styles.idle}>no kernel running</span>}
      {mine.map((k) => (
        <KernelChip key={`${k.interpreter} ${k.person?.id}`} kernel={k} />
      ))}
      <OthersKernels kernels={others} />
    </>
  )
}

function RunCount() {
  const { client } = useNote()
  const count = useSlice(
    client.store,
    'runs',
    (s) => [...s.runs.values()].filter((r) => r.state === 'sent' || r.state === 'queued').length,
  )
  return (
    count > 0 && (
      <span className={`${styles.busy} ${styles.running}`}>
        {count === 1 ? '1 running' : `${count} running or queued`}
      </span>
    )
  )
}

/** Leads to what one's code asks, which may be far from view. */
function QuestionCount() {
  const note = useNote()
  const { questions, store } = note.client
  const asked = useSyncExternalStore(questions.subscribe, questions.all)
  const [first] = [...asked.keys()]
  if (!first) return null
  return (
    <button type="button" className={styles.button} onClick={() => select(note, first)}>
      {asked.size === 1
        ? `paragraph ${store.view.order.indexOf(first) + 1} asks`
        : `${asked.size} paragraphs ask`}
    </button>
  )
}

function UnsentCount() {
  const { open } = useNote()
  const unsent = useClient((c) => c.texts.unsentCount)
  const unsaved = useClient((c) => c.unsaved.get().length + c.texts.ghosts.size)
  const online = useClient((c) => c.isOnline())
  if (unsaved > 0)
    return (
      <button type="button" className={styles.button} onClick={() => open('unsaved')}>
        {unsaved} not saved
      </button>
    )
  if (unsent === 0) return <span>saved</span>
  return <span>{online ? 'saving…' : `${unsent} ${unsent === 1 ? 'paragraph' : 'paragraphs'} not sent`}</span>
}

/** How far code is kept apart from everything else. */
function Separation() {
  const separation = useInterpreters()?.separation
  if (!separation?.sentence) return null
  return (
    <span className={styles.separation} data-tip={separation.sentence}>
      {separation.word}
    </span>
  )
}

function ModeLabel() {
  const { focus } = useNote()
  const mayWrite = useMay('write')
  const mayRun = useMay('run')
  const mode = useSyncExternalStore(focus.subscribe, () => (focus.paragraph ? focus.mode : ''))
  if (!mayWrite) return <span>{mayRun ? 'you may run this note' : 'you may read this note'}</span>
  return <span className={styles.mode}>{mode === 'edit' ? 'EDIT' : 'COMMAND'}</span>
}
