import type { CSSProperties, DragEvent, ReactNode } from 'react'
import type { Node } from '../api/types'
import { Link } from '../app/router'
import { ChevronRightIcon, FolderIcon, NoteIcon } from '../ui/icons'
import { hrefOf } from './address'
import { type Command, NodeMenu } from './NodeMenu'
import type { Row } from './nodes'
import { SharedMark, sharedText } from './SharedMark'
import styles from './TreeView.module.css'

/** What rows tell the tree. */
export interface RowEvents {
  onToggle: (id: string) => void
  onActive: (id: string) => void
  onMenu: (id: string | null) => void
  onCommand: (command: Command, node: Node) => void
  onDragStart: (e: DragEvent, node: Node) => void
  onDragOver: (e: DragEvent, node: Node) => void
  onDrop: (e: DragEvent, node: Node) => void
  onDragEnd: () => void
}

export interface TreeRowProps extends RowEvents {
  row: Row
  active: boolean
  current: boolean
  menuOpen: boolean
  dropTarget: boolean
  /** The field to rename it, in place of its name. */
  field?: ReactNode
  /** Where it stands while it is out of sight and must be there all the same. */
  style?: CSSProperties
}

export const rowID = (id: string) => `tree-${id}`

/** The indent of a level, px. */
export const indentOf = (level: number) => 4 + (level - 1) * 14

export function TreeRow(props: TreeRowProps) {
  const { row, active, current, menuOpen, dropTarget, field } = props
  const { node } = row
  const look = [styles.row, active && styles.active, current && styles.current, dropTarget && styles.drop]
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys
    <div
      id={rowID(node.id)}
      role="treeitem"
      aria-label={field ? undefined : node.name}
      aria-level={row.level}
      aria-setsize={row.siblings}
      aria-posinset={row.position}
      aria-expanded={row.open}
      aria-selected={current}
      aria-description={sharedText(node)}
      className={look.filter(Boolean).join(' ')}
      style={{ ...props.style, paddingLeft: indentOf(row.level) }}
      draggable={!field && node.allowed.includes('manage')}
      onClick={() => props.onActive(node.id)}
      onContextMenu={(e) => {
        e.preventDefault()
        props.onMenu(node.id)
      }}
      onDragStart={(e) => props.onDragStart(e, node)}
      onDragOver={(e) => props.onDragOver(e, node)}
      onDrop={(e) => props.onDrop(e, node)}
      onDragEnd={props.onDragEnd}
    >
      <span className={styles.twist} data-open={row.open}>
        {row.open !== undefined && <ChevronRightIcon />}
      </span>
      <span className={styles.icon}>{node.kind === 'folder' ? <FolderIcon /> : <NoteIcon />}</span>
      {field || <RowName node={node} onToggle={props.onToggle} />}
      {!field && (
        <>
          <span className={styles.mark}>
            <SharedMark node={node} silent />
          </span>
          <span className={menuOpen ? `${styles.menu} ${styles.shown}` : styles.menu}>
            <NodeMenu
              node={node}
              open={menuOpen}
              onOpenChange={(open) => props.onMenu(open ? node.id : null)}
              onCommand={props.onCommand}
            />
          </span>
        </>
      )}
    </div>
  )
}

function RowName({ node, onToggle }: { node: Node; onToggle: (id: string) => void }) {
  if (node.kind === 'note') {
    return (
      <Link href={hrefOf(node)} className={styles.name} tabIndex={-1} draggable={false}>
        {node.name}
      </Link>
    )
  }
  return (
    <button type="button" className={styles.name} tabIndex={-1} onClick={() => onToggle(node.id)}>
      {node.name}
    </button>
  )
}
