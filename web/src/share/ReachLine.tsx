import type { Me } from '../api/types'
import { LockIcon, PeopleIcon } from '../ui/icons'
import styles from './Access.module.css'
import { type Entry, reachOf, reachText } from './access'

/** How far a node reaches with these grants, in a few words. */
export function ReachLine({ me, grants }: { me: Me; grants: Entry[] }) {
  const reach = reachOf(
    me,
    grants.map((g) => g.principal),
  )
  return (
    <span className={styles.reach} data-reach={reach.kind} role="status">
      {reach.kind === 'me' ? <LockIcon /> : <PeopleIcon />}
      {reachText(reach)}
    </span>
  )
}
