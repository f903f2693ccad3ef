import { useState } from 'react'
import type { Grants, Me, Node } from '../api/types'
import { Button } from '../ui/Button'
import styles from './Access.module.css'
import { AccessRows } from './AccessRows'
import { entriesOf, linksOf } from './access'
import { ExplainSelf } from './explain/ExplainSelf'
import { Fold } from './Fold'
import { InheritedList } from './GivenElsewhere'
import { ReachLine } from './ReachLine'
import { RoleTable } from './RoleTable'
import { AskForm } from './requests/AskForm'

export interface AccessViewProps {
  node: string
  me: Me
  kind: Node['kind']
  grants: Grants
}

/** The lock for those who cannot change it. */
export function AccessView({ node, me, kind, grants }: AccessViewProps) {
  const [asking, setAsking] = useState(false)
  const links = linksOf(grants).length
  return (
    <div className={styles.editor}>
      <ReachLine node={node} version={grants.version} />
      <h3 className="visually-hidden">People and groups</h3>
      <AccessRows entries={entriesOf(grants)} me={me} />
      {links > 0 && (
        <p className={styles.line}>
          {links === 1 ? 'A link lets' : `${links} links let`} in whoever has it and signs in.
        </p>
      )}
      {!grants.closed && <InheritedList grants={grants.inherited} me={me} />}
      {grants.closed && (
        <p className={styles.line}>This {kind} is closed: access to folders above does not count here.</p>
      )}
      <Fold title="Why may I see this?">
        <ExplainSelf node={node} />
      </Fold>
      <RoleTable />
      <p className={styles.line}>Only owners change who has access.</p>
      {asking ? (
        <AskForm reads node={node} first={grants.allowed.includes('run') ? 'writer' : 'runner'} />
      ) : (
        !grants.allowed.includes('write') && (
          <Button className={styles.askMore} onClick={() => setAsking(true)}>
            Ask for more…
          </Button>
        )
      )}
    </div>
  )
}
