import { SharedIcon, whoText } from '../tree/SharedMark'
import { useNode } from '../tree/useNode'
import styles from './Access.module.css'

/** How many people can reach a node, as everywhere else; `version` is that of its grants. */
export function ReachLine({ node: id, version }: { node: string; version: number }) {
  const node = useNode(id, version)
  return (
    <span className={styles.reach} data-shared={node?.shared} role="status">
      {node && (
        <>
          <SharedIcon shared={node.shared} />
          {whoText(node)}
        </>
      )}
    </span>
  )
}
