import type { Grants, Me, Node } from '../api/types'
import styles from './Access.module.css'
import { AccessRows } from './AccessRows'
import { entriesOf, keptOf } from './access'
import { InheritedList, KeptList } from './GivenElsewhere'
import { ReachLine } from './ReachLine'
import { RoleTable } from './RoleTable'

/** The lock for those who cannot change it. */
export function AccessView({ me, kind, grants }: { me: Me; kind: Node['kind']; grants: Grants }) {
  return (
    <div className={styles.editor}>
      <ReachLine me={me} grants={[...grants.grants, ...grants.inherited]} />
      <h3 className="visually-hidden">People and groups</h3>
      <AccessRows entries={entriesOf(grants)} me={me} />
      <KeptList grants={keptOf(grants)} me={me} />
      <InheritedList grants={grants.inherited} me={me} />
      {!grants.inherits && (
        <p className={styles.line}>This {kind} is closed: access to folders above does not count here.</p>
      )}
      <RoleTable />
      <p className={styles.line}>Only owners change who has access.</p>
    </div>
  )
}
