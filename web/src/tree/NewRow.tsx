import type { Node } from '../api/types'
import { navigate } from '../app/router'
import { FolderIcon, NoteIcon } from '../ui/icons'
import { createNode } from './actions'
import { InlineName } from './InlineName'
import { indentOf } from './TreeRow'
import styles from './TreeView.module.css'

export interface NewRowProps {
  kind: Node['kind']
  parent: string | null
  level: number
  onClose: (byKey: boolean) => void
}

/** A row whose name is being typed: of a note or folder that is made with it. */
export function NewRow({ kind, parent, level, onClose }: NewRowProps) {
  const create = async (name: string) => {
    const node = await createNode({ kind, name, parent })
    if (node.kind === 'note') navigate(`/n/${node.id}`)
  }
  return (
    <div role="none" className={styles.row} style={{ paddingLeft: indentOf(level) }}>
      <span className={styles.twist} />
      <span className={styles.icon}>{kind === 'folder' ? <FolderIcon /> : <NoteIcon />}</span>
      <InlineName
        label={`Name of the new ${kind}`}
        placeholder={kind === 'folder' ? 'New folder' : 'New note'}
        onCommit={create}
        onClose={onClose}
      />
    </div>
  )
}
