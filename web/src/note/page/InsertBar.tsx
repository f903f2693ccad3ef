import { PlusIcon } from '../../ui/icons'
import { insert } from '../commands/structure'
import { useInterpreters } from '../interpreters'
import { useNote } from './context'
import styles from './InsertBar.module.css'

/** Adds a paragraph at a place; between cards it shows only when one is there. */
export function InsertBar({ after, isAlwaysShown }: { after: string; isAlwaysShown?: boolean }) {
  const note = useNote()
  const add = (text?: string) => insert(note, after, { text, isEdited: true })
  return (
    <fieldset className={isAlwaysShown ? `${styles.bar} ${styles.shown}` : styles.bar}>
      <legend className="visually-hidden">Insert a paragraph here</legend>
      <div className={styles.buttons}>
        <button type="button" className={styles.button} onClick={() => add()} aria-label="Insert a paragraph">
          <PlusIcon />
          Paragraph
        </button>
        <button
          type="button"
          className={styles.button}
          onClick={() => add('%md ')}
          aria-label="Insert markdown"
        >
          Markdown
        </button>
        <SqlButton add={add} />
      </div>
    </fieldset>
  )
}

/** Only where this server has an SQL interpreter. */
function SqlButton({ add }: { add: (text: string) => void }) {
  const sql = useInterpreters()?.interpreters.find((i) => i.language.toLowerCase() === 'sql')
  if (!sql) return null
  return (
    <button
      type="button"
      className={styles.button}
      onClick={() => add(`%${sql.name}\n`)}
      aria-label={`Insert ${sql.displayName}`}
    >
      SQL
    </button>
  )
}
