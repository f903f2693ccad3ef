import { Link } from '../app/router'
import { Button } from '../ui/Button'
import { CheckIcon, ClockIcon, WarningIcon } from '../ui/icons'
import { Spinner } from '../ui/Spinner'
import styles from './ImportList.module.css'
import type { Import, Imports } from './useImports'

/** The files being imported, and what became of each. */
export function ImportList({ list, clear }: Imports) {
  if (list.length === 0) return null
  const ended = list.filter((i) => i.state === 'done' || i.state === 'failed').length
  const running = ended < list.length
  return (
    <section className={styles.box} aria-label="Import">
      <header className={styles.head}>
        <h2>
          <span role="status">
            {running
              ? `Importing ${ended + 1} of ${list.length}`
              : `Imported ${count(list)} of ${list.length}`}
          </span>
        </h2>
        {running && <progress max={list.length} value={ended} aria-label="Import" />}
        {!running && (
          <Button kind="quiet" onClick={clear}>
            Close
          </Button>
        )}
      </header>
      <ul>
        {list.map((i) => (
          <li key={i.key} className={styles.item}>
            <StateIcon state={i.state} />
            <span className={styles.file}>{i.fileName}</span>
            {i.note && <Link href={`/n/${i.note.id}`}>Open “{i.note.name}”</Link>}
            {i.failure && (
              <p className={styles.failure} role="alert">
                {i.failure}
              </p>
            )}
            {i.warnings && i.warnings.length > 0 && (
              <ul className={styles.warnings}>
                {i.warnings.map((w) => (
                  <li key={w}>{w}</li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
      {count(list) > 0 && (
        <p className={styles.small}>Imported notes are yours alone until you share them.</p>
      )}
    </section>
  )
}

const count = (list: Import[]) => list.filter((i) => i.state === 'done').length

function StateIcon({ state }: { state: Import['state'] }) {
  return (
    <span className={styles.state} data-state={state}>
      {state === 'waiting' && <ClockIcon />}
      {state === 'sending' && <Spinner label="Importing" />}
      {state === 'done' && <CheckIcon />}
      {state === 'failed' && <WarningIcon />}
    </span>
  )
}
