// Access that folders above give.
import type { Grants, Me } from '../api/types'
import styles from './Access.module.css'
import { datesText } from './AccessRows'
import { isDated, keyOf } from './access'
import { PrincipalName } from './PrincipalName'
import { roleWords } from './roles'

export function InheritedList({ grants, me }: { grants: Grants['inherited']; me: Me }) {
  if (grants.length === 0) return null
  return (
    <section aria-label="From folders above">
      <h4 className={styles.group}>From folders above</h4>
      <ul>
        {grants.map((g) => (
          <li key={`${g.from?.id} ${g.role} ${keyOf(g)}`} className={styles.row}>
            <PrincipalName principal={g.principal} isMe={g.principal.id === me.id} />
            <span className={styles.fixed}>
              {roleWords[g.role].can}
              {isDated(g) && ` ${datesText(g)}`}
              {g.from ? `, from folder “${g.from.name}”` : ', from a folder above'}
            </span>
          </li>
        ))}
      </ul>
      <p className={styles.line}>These are changed at the folder.</p>
    </section>
  )
}
