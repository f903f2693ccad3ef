import type { Node } from '../api/types'
import { Link } from '../app/router'
import { hrefOf } from '../tree/address'
import { pathOf, pathText } from '../tree/nodes'
import { SharedMark } from '../tree/SharedMark'
import { FolderIcon, NoteIcon } from '../ui/icons'
import styles from './NodeList.module.css'
import { When } from './When'

export interface NodeListProps {
  title: string
  shown: Node[]
  /** Says of each where it is in these; absent where all are in one place. */
  nodes?: ReadonlyMap<string, Node>
}

/** Folders and notes to open, with who can reach them and when they were changed. */
export function NodeList({ title, shown, nodes }: NodeListProps) {
  return (
    <section>
      <h2 className={styles.title}>{title}</h2>
      <ul className={styles.list}>
        {shown.map((node) => (
          <li key={node.id} className={styles.note}>
            {node.kind === 'folder' ? <FolderIcon /> : <NoteIcon />}
            <div className={styles.names}>
              <Link href={hrefOf(node)} className={styles.name}>
                {node.name}
              </Link>
              {nodes && <span className={styles.path}>{pathText(pathOf(nodes, node.id).slice(0, -1))}</span>}
            </div>
            <span className={styles.shared}>
              <SharedMark node={node} word />
            </span>
            <span className={styles.when}>
              <When time={node.changedAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
