// The tree of notes: one tab stop that names its active row, after the WAI-ARIA tree
// view pattern, so that rows may leave the document while they are out of sight.
import { Fragment, useRef } from 'react'
import type { Node } from '../api/types'
import { renameNode } from './actions'
import { useDrag } from './drag'
import { InlineName } from './InlineName'
import { NewRow } from './NewRow'
import type { Command } from './NodeMenu'
import type { Row } from './nodes'
import { rowID, TreeRow } from './TreeRow'
import styles from './TreeView.module.css'
import { rowHeight, useTreeView } from './useTreeView'
import type { Workspace } from './workspace'

/** A name being typed in the tree: of a node there, or of one to be made. */
export type Editing =
  | { kind: 'rename'; id: string }
  | { kind: 'create'; node: Node['kind']; parent: string | null }

export interface TreeViewProps {
  nodes: ReadonlyMap<string, Node>
  filter: Workspace
  /** Whose open folders are remembered. */
  me: number
  /** The note that is shown beside. */
  current?: string
  editing: Editing | null
  onEditing: (editing: Editing | null) => void
  onCommand: (command: Command, node: Node) => void
  /** It was dropped there; null is the top. */
  onMove: (node: Node, parent: string | null) => void
}

export function TreeView(props: TreeViewProps) {
  const { nodes, editing, onEditing } = props
  const tree = useRef<HTMLDivElement>(null)
  const view = useTreeView(props, tree)
  const { rows, active, sight } = view
  const drag = useDrag(nodes, (folder) => view.setOpen([folder], true), props.onMove)
  const closeField = (byKey: boolean) => {
    onEditing(null)
    if (byKey) tree.current?.focus()
  }
  const newIn = (parent: string | null, level: number) =>
    editing?.kind === 'create' &&
    editing.parent === parent && (
      <NewRow kind={editing.node} parent={parent} level={level} onClose={closeField} />
    )
  const row = (r: Row, i: number) => {
    const { id, name } = r.node
    const seen = i >= sight.from && i < sight.to
    // The active row stays in the document, because the tree names it.
    if (!seen && id !== active) return null
    const renaming = editing?.kind === 'rename' && editing.id === id
    return (
      <Fragment key={id}>
        <TreeRow
          row={r}
          style={seen ? undefined : { position: 'absolute', top: i * rowHeight, left: 8, right: 8 }}
          active={id === active}
          current={id === props.current}
          menuOpen={id === view.menu}
          dropTarget={drag.target === id}
          field={
            renaming && (
              <InlineName
                label={`Name of ${name}`}
                initial={name}
                onCommit={(next) => renameNode(r.node, next)}
                onClose={closeField}
              />
            )
          }
          onToggle={view.toggle}
          onActive={view.setActive}
          onMenu={view.onMenu}
          onCommand={view.command}
          {...drag}
        />
        {newIn(id, r.level + 1)}
      </Fragment>
    )
  }
  return (
    <div
      ref={tree}
      role="tree"
      aria-label="Folders and notes"
      aria-activedescendant={active && rowID(active)}
      tabIndex={0}
      className={styles.tree}
      style={{ ['--row' as string]: `${rowHeight}px` }}
      data-drop={drag.target === null || undefined}
      onScroll={sight.onScroll}
      onKeyDown={view.onKeyDown}
      onDragOver={(e) => drag.onDragOver(e, null)}
      onDrop={(e) => drag.onDrop(e, null)}
    >
      {newIn(null, 1)}
      {rows.length === 0 && !editing && (
        <p role="none" className={styles.none}>
          No such notes.
        </p>
      )}
      <div role="none" style={{ height: sight.from * rowHeight }} />
      {rows.map(row)}
      <div role="none" style={{ height: (rows.length - sight.to) * rowHeight }} />
    </div>
  )
}
