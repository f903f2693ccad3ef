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
      <Side people={preview.gains} total={preview.people.gain} titles={gaining} verb="can" />
      <Side people={preview.losses} total={preview.people.lose} titles={losing} verb="can no longer" />
    </div>
  )
}

// Access is gained and lost by reading.
const gaining = { read: 'Gain access', rest: 'May do more' }
const losing = { read: 'Lose access', rest: 'May do less' }

interface SideProps {
  people: Affected[]
  /** How many people, listed or not. */
  total: number
  titles: { read: string; rest: string }
  verb: string
}

function Side({ people, total, titles, verb }: SideProps) {
  const listed = people.filter((a) => a.person.kind === 'user').length
  const more = people.some((a) => a.person.kind === 'everyone') ? 0 : total - listed
  return (
    <>
      <People title={titles.read} verb={verb} people={people.filter((a) => a.actions.includes('read'))} />
      <People title={titles.rest} verb={verb} people={people.filter((a) => !a.actions.includes('read'))} />
      {more > 0 && <p className={styles.line}>{morePeople(more)} who are not named here</p>}
    </>
  )
}

const morePeople = (n: number) => `and ${n.toLocaleString()} more ${n === 1 ? 'person' : 'people'}`

function People({ title, people, verb }: { title: string; people: Affected[]; verb: string }) {
  if (people.length === 0) return null
  const shown = people.slice(0, shownFirst)
  const more = people.slice(shownFirst).filter((a) => a.person.kind === 'user').length
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
      {more > 0 && <p className={styles.line}>{morePeople(more)}</p>}
    </section>
  )
}
