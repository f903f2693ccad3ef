import { Link } from '../../app/router'
import { useMe } from '../../app/session'
import { hrefOf } from '../../tree/address'
import { Button } from '../../ui/Button'
import { IconButton } from '../../ui/IconButton'
import { RestartIcon, RunAllIcon, StopIcon } from '../../ui/icons'
import { interrupt, runAll } from '../commands/running'
import { shown } from '../keys/match'
import { keysOf } from '../keys/table'
import { useSlice } from '../replica/store'
import { useScratch } from '../scratch/useScratch'
import { useClient, useMay, useNote } from './context'
import styles from './NoteHeader.module.css'
import { NoteMenu } from './NoteMenu'
import { PeopleStack } from './PeopleStack'
import { ShareButton } from './ShareButton'
import { TitleField } from './TitleField'

/** The note's part of the top bar. */
export function NoteHeader() {
  const { client } = useNote()
  const path = useSlice(client.store, 'head', (s) => s.path)
  const guest = useMe()?.guest
  const scratch = useScratch()
  return (
    <>
      <div className={styles.name}>
        {path.length > 0 && (
          <nav aria-label="Folder" className={styles.path}>
            {path.map((p) => (
              <span key={p.id} className={styles.folder}>
                <Link href={hrefOf({ id: p.id, kind: 'folder' })}>{p.name}</Link>
                <span aria-hidden="true">/</span>
              </span>
            ))}
          </nav>
        )}
        <TitleField />
      </div>
      <PeopleStack />
      <RunButtons />
      {!guest && !scratch && <ShareButton />}
      <NoteMenu />
    </>
  )
}

function RunButtons() {
  const note = useNote()
  const mayRun = useMay('run')
  const online = useClient((c) => c.isOnline())
  const isRunning = useSlice(note.client.store, 'runs', (s) =>
    [...s.runs.values()].some((r) => r.state === 'sent' || r.state === 'queued'),
  )
  if (!mayRun) return null
  const why = online ? undefined : 'Not connected'
  return (
    <div className={styles.runs}>
      <Button
        className={styles.runAll}
        aria-label="Run all"
        data-tip={why ?? 'Run all'}
        data-tip-keys={shown(keysOf('run-all') ?? '')}
        disabled={!online}
        onClick={() => runAll(note)}
      >
        <RunAllIcon />
        <span className={styles.word}>Run all</span>
      </Button>
      <IconButton
        label="Stop everything that runs"
        keys={keysOf('interrupt')}
        disabled={!isRunning || !online}
        onClick={() => void interrupt(note)}
      >
        <StopIcon />
      </IconButton>
      <IconButton
        label="Restart the kernel"
        keys={keysOf('restart')}
        className={styles.restart}
        disabled={!online}
        onClick={() => note.open('restart')}
      >
        <RestartIcon />
      </IconButton>
    </div>
  )
}
