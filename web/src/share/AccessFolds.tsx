import type { Grants, Me, Node } from '../api/types'
import { currentTree } from '../tree/store'
import { CheckField } from '../ui/CheckField'
import styles from './Access.module.css'
import type { Draft } from './access'
import { type Edit, setClosed } from './edits'
import { ExplainPanel } from './explain/ExplainPanel'
import { WhoReaches } from './explain/WhoReaches'
import { Fold } from './Fold'
import { RoleLists } from './RoleLists'
import { RoleTable } from './RoleTable'

export interface AccessFoldsProps {
  node: string
  kind: Node['kind']
  me: Me
  grants: Grants
  draft: Draft
  onEdit: (edit: Edit) => void
}

/** What one asks for now and then: where access comes from, why, closing, other views. */
export function AccessFolds({ node, kind, me, grants, draft, onEdit }: AccessFoldsProps) {
  const inherited = draft.closed ? 0 : grants.inherited.length
  const isInFolder = currentTree().nodes?.get(node)?.parent !== undefined
  const canClose = kind === 'folder' || isInFolder || grants.inherited.length > 0 || draft.closed
  return (
    <div className={styles.folds}>
      <Fold title="Where access comes from" count={inherited}>
        <WhoReaches node={node} me={me} grants={grants} />
      </Fold>
      <Fold title="Explain who may do what, and why">
        <ExplainPanel node={node} />
      </Fold>
      {canClose && (
        <Fold title={draft.closed ? `This ${kind} is closed` : `Close this ${kind}`}>
          <CheckField
            label="Keep out what folders above give"
            hint={`Then only the names listed for this ${kind} have access, and it needs an owner of its own.`}
            checked={draft.closed}
            onChange={(closed) => onEdit(setClosed(closed))}
          />
        </Fold>
      )}
      <Fold title="As four lists, as in Zeppelin">
        <RoleLists entries={draft.entries} onEdit={onEdit} />
      </Fold>
      <RoleTable />
    </div>
  )
}
