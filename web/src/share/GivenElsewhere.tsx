// Access that the list of entries does not hold: from folders above, and with dates.
import type { Grants, Me, Node } from '../api/types'
import { exactText } from '../pages/time'
import styles from './Access.module.css'
import { datedOf } from './access'
import { PrincipalName } from './PrincipalName'
import { roleWords } from './roles'

export function InheritedList({ grants, me, kind }: { grants: Grants; me: Me; kind: Node['kind'] }) {
  if (!grants.inherits) {
    return (
      <p className={styles.line}>This {kind} is closed: access to the folders above does not count here.</p>
    )
  }
  if (grants.inherited.length === 0) return null
  return (
    <section aria-label="From folders above">
      <h4 className={styles.group}>From folders above</h4>
      <ul>
        {grants.inherited.map((g) => (
          <li key={`${g.from.id} ${g.principal.id} ${g.role} ${g.startsAt ?? ''}`} className={styles.row}>
            <PrincipalName principal={g.principal} isMe={g.principal.id === me.id} />
            <span className={styles.fixed}>
              {roleWords[g.role].can}, from folder “{g.from.name}”
            </span>
          </li>
        ))}
      </ul>
      <p className={styles.line}>These are changed at the folder.</p>
    </section>
  )
}

export function DatedList({ grants, me }: { grants: Grants; me: Me }) {
  const dated = datedOf(grants)
  if (dated.length === 0) return null
  return (
    <section aria-label="For a time">
      <h4 className={styles.group}>For a time</h4>
      <ul>
        {dated.map((g) => (
          <li
            key={`${g.principal.id} ${g.role} ${g.startsAt ?? ''} ${g.endsAt ?? ''}`}
            className={styles.row}
          >
            <PrincipalName principal={g.principal} isMe={g.principal.id === me.id} />
            <span className={styles.fixed}>
              {roleWords[g.role].can}
              {g.startsAt && ` from ${exactText(g.startsAt)}`}
              {g.endsAt && ` until ${exactText(g.endsAt)}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
