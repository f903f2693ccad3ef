import type { Grants, Me, Node } from '../api/types'
import styles from './Access.module.css'
import { AccessRows } from './AccessRows'
import { entriesOf } from './access'
import { DatedList, InheritedList } from './GivenElsewhere'
import { ReachLine } from './ReachLine'
import { RoleTable } from './RoleTable'

/** The lock for those who cannot change it. */
export function AccessView({ me, kind, grants }: { me: Me; kind: Node['kind']; grants: Grants }) {
  const entries = entriesOf(grants)
  return (
    <div className={styles.editor}>
      <ReachLine me={me} grants={grants} entries={entries} />
      <AccessRows entries={entries} me={me} />
      <DatedList grants={grants} me={me} />
      <InheritedList grants={grants} me={me} kind={kind} />
      <RoleTable />
      <p className={styles.line}>Only owners change who has access.</p>
    </div>
  )
}
