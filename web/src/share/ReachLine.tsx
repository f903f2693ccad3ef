import type { Grants, Me } from '../api/types'
import { LockIcon, PeopleIcon } from '../ui/icons'
import styles from './Access.module.css'
import { datedOf, type Entry, reachOf, reachText } from './access'

/** How far the node reaches with these entries, in a few words. */
export function ReachLine({ me, grants, entries }: { me: Me; grants: Grants; entries: Entry[] }) {
  const all = [...entries, ...datedOf(grants), ...grants.inherited].map((e) => e.principal)
  const reach = reachOf(me, all)
  return (
    <span className={styles.reach} data-reach={reach.kind} role="status">
      {reach.kind === 'me' ? <LockIcon /> : <PeopleIcon />}
      {reachText(reach)}
    </span>
  )
}
