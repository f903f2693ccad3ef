import { useMe } from '../../app/session'
import { Avatar } from '../../ui/Avatar'
import { useSlice } from '../replica/store'
import { useNote } from './context'
import styles from './PeopleStack.module.css'

const most = 4

/** Who else has the note open. */
export function PeopleStack() {
  const { client } = useNote()
  const me = useMe()?.id
  const present = useSlice(client.store, 'people', (s) => s.people)
  const others = [...new Map(present.map((p) => [p.user.id, p.user])).values()].filter((u) => u.id !== me)
  if (others.length === 0) return null
  const hidden = others.slice(most)
  return (
    <ul className={styles.stack} aria-label="Also here">
      {others.slice(0, most).map((u) => (
        <li key={u.id}>
          <Avatar id={u.id} name={u.name} size={26} />
        </li>
      ))}
      {hidden.length > 0 && (
        <li className={styles.more} data-tip={hidden.map((u) => u.name).join(', ')}>
          +{hidden.length}
        </li>
      )}
    </ul>
  )
}
