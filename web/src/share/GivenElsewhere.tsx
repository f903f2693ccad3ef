// Access that the list of entries does not hold: from folders above, for a time, by link.
import type { ReactNode } from 'react'
import type { Grant, Grants, Me } from '../api/types'
import { exactText } from '../pages/time'
import styles from './Access.module.css'
import { PrincipalName } from './PrincipalName'
import { roleWords } from './roles'

export function InheritedList({ grants, me }: { grants: Grants['inherited']; me: Me }) {
  if (grants.length === 0) return null
  return (
    <section aria-label="From folders above">
      <h4 className={styles.group}>From folders above</h4>
      <ul>
        {grants.map((g) => (
          <GivenRow key={`${g.from?.id} ${keyOf(g)}`} grant={g} me={me}>
            , {g.from ? `from folder “${g.from.name}”` : 'from a folder above'}
          </GivenRow>
        ))}
      </ul>
      <p className={styles.line}>These are changed at the folder.</p>
    </section>
  )
}

export function KeptList({ grants, me }: { grants: Grant[]; me: Me }) {
  if (grants.length === 0) return null
  return (
    <section aria-label="For a time or by link">
      <h4 className={styles.group}>For a time or by link</h4>
      <ul>
        {grants.map((g) => (
          <GivenRow key={keyOf(g)} grant={g} me={me} />
        ))}
      </ul>
    </section>
  )
}

const keyOf = (g: Grant) => `${g.principal.id} ${g.role} ${g.startsAt ?? ''} ${g.endsAt ?? ''}`

function GivenRow({ grant, me, children }: { grant: Grant; me: Me; children?: ReactNode }) {
  const { principal, role, startsAt, endsAt } = grant
  return (
    <li className={styles.row}>
      <PrincipalName principal={principal} isMe={principal.id === me.id} />
      <span className={styles.fixed}>
        {roleWords[role].can}
        {startsAt && ` from ${exactText(startsAt)}`}
        {endsAt && ` until ${exactText(endsAt)}`}
        {children}
      </span>
    </li>
  )
}
