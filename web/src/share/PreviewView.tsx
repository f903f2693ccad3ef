import type { Affected, Preview } from '../api/sharing'
import styles from './Access.module.css'
import { actionsText } from './actionWords'
import { PrincipalName } from './PrincipalName'

const shownFirst = 8

/** What a change would do: in a sentence, then to whom. */
export function PreviewView({ preview }: { preview: Preview }) {
  return (
    <div className={styles.preview}>
      <p>{preview.sentence}</p>
      {preview.truncated && (
        <p className={styles.line}>There is more than was counted: the numbers may be too low.</p>
      )}
      <People
        title={titleOf(preview.gains, 'Gain access', 'May do more')}
        people={preview.gains}
        total={preview.people.gain}
        verb="can"
      />
      <People
        title={titleOf(preview.losses, 'Lose access', 'May do less')}
        people={preview.losses}
        total={preview.people.lose}
        verb="can no longer"
      />
    </div>
  )
}

// Access is gained and lost by reading.
const titleOf = (people: Affected[], read: string, rest: string) =>
  people.some((a) => a.actions.includes('read')) ? read : rest

interface PeopleProps {
  title: string
  people: Affected[]
  total: number
  verb: string
}

function People({ title, people, total, verb }: PeopleProps) {
  if (people.length === 0) return null
  const shown = people.slice(0, shownFirst)
  const named = shown.filter((a) => a.person.kind === 'user').length
  const more = people.some((a) => a.person.kind === 'everyone') ? 0 : total - named
  return (
    <section aria-label={title}>
      <h3 className={styles.group}>{title}</h3>
      <ul>
        {shown.map((a) => (
          <li key={a.person.id} className={styles.row}>
            <PrincipalName principal={a.person} />
            <span className={styles.fixed}>
              {verb} {actionsText(a.actions)}
              {a.notes !== 1 && `, ${a.notes} notes`}
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && <p className={styles.line}>and {more} more people</p>}
    </section>
  )
}
