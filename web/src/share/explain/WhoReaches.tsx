import { useCallback } from 'react'
import { api } from '../../api/client'
import type { Reachers } from '../../api/sharing'
import type { Grants, Me } from '../../api/types'
import { ErrorNotice } from '../../pages/ErrorNotice'
import { useLoad } from '../../pages/useLoad'
import { Skeleton } from '../../ui/Skeleton'
import styles from '../Access.module.css'
import { actionsText } from '../actionWords'
import { InheritedList } from '../GivenElsewhere'
import { PrincipalName } from '../PrincipalName'
import { partyText } from './words'

export interface WhoReachesProps {
  node: string
  me: Me
  grants: Grants
}

/** What folders above give, and every person who gets in in the end, with by what. */
export function WhoReaches({ node, me, grants }: WhoReachesProps) {
  const { version, closed } = grants
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version asks again
  const load = useCallback(
    (signal: AbortSignal) => api.get<Reachers>(`/nodes/${node}/access/people`, { signal }),
    [node, version],
  )
  const { data, error, reload } = useLoad(load)
  return (
    <>
      {closed ? (
        <p className={styles.line}>Closed: what folders above give does not count here.</p>
      ) : (
        <InheritedList grants={grants.inherited} me={me} />
      )}
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {!data && error === undefined && <Skeleton rows={3} height={32} label="Loading who gets in" />}
      {data && <Reached reachers={data} me={me} />}
    </>
  )
}

function Reached({ reachers: r, me }: { reachers: Reachers; me: Me }) {
  return (
    <section aria-label="Who gets in">
      <h4 className={styles.group}>
        Who gets in <span className={styles.count}>{r.total}</span>
      </h4>
      {r.everyone && <p className={styles.line}>Everyone who signs in can {actionsText(r.everyoneMay)}.</p>}
      <ul>
        {r.people.map(({ principal, actions, through }) => (
          <li key={`${principal.id} ${principal.name}`} className={styles.row}>
            <span className={styles.who}>
              {principal.id && principal.kind && principal.name ? (
                <PrincipalName
                  principal={{ ...principal, id: principal.id, kind: principal.kind, name: principal.name }}
                  isMe={principal.id === me.id}
                />
              ) : (
                partyText(principal)
              )}
              <span className={styles.when}>{through.join('; ')}</span>
            </span>
            <span className={styles.fixed}>can {actionsText(actions)}</span>
          </li>
        ))}
      </ul>
      {r.truncated && <p className={styles.line}>Not all are listed.</p>}
    </section>
  )
}
