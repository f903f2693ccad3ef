// The tree of notes: one tab stop that names its active row, after the WAI-ARIA tree
// view pattern, so that rows may leave the document while they are out of sight.
import { Fragment, type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import type { Node } from '../api/types'
import { navigate } from '../app/router'
import { toastError } from '../ui/Toast'
import { moveNode, renameNode } from './actions'
import { useDrag } from './drag'
import { InlineName } from './InlineName'
import type { TreeMove } from './keys'
import { NewRow } from './NewRow'
import { type Command, takes } from './NodeMenu'
import { buildTree, type Filter, filterTree, flattenTree, pathOf, type Row } from './nodes'
import { useOpenFolders } from './opened'
import { rowID, TreeRow } from './TreeRow'
import styles from './TreeView.module.css'
import { useTreeKeys } from './useTreeKeys'
import { useWindow } from './useWindow'

/** A name being typed in the tree: of a node there, or of one to be made. */
export type Editing =
  | { kind: 'rename'; id: string }
  | { kind: 'create'; node: Node['kind']; parent: string | null }

export interface TreeViewProps {
  nodes: ReadonlyMap<string, Node>
  filter: Filter
  /** Whose open folders are remembered. */
  me: number
  /** The note that is shown beside. */
  current?: string
  editing: Editing | null
  onEditing: (editing: Editing | null) => void
  onCommand: (command: Command, node: Node) => void
}

const rowHeight = window.matchMedia?.('(pointer: coarse)').matches ? 40 : 28

export function TreeView(props: TreeViewProps) {
  const { nodes, current, editing, onEditing } = props
  const tree = useRef<HTMLDivElement>(null)
  const { rows, open, change, active, setActive } = useRows(props)
  const [menu, setMenu] = useState<string | null>(null)
  const sight = useWindow(tree, rows.length, rowHeight)
  const openFolder = (id: string) => change([id], true)
  const drag = useDrag(nodes, openFolder, (node, parent) => {
    moveNode(node, parent).catch(toastError)
  })

  const command = (what: Command, node: Node) => {
    if (!takes(node, what)) return
    tree.current?.focus() // what the command opens gives the focus back to it
    setMenu(null)
    setActive(node.id)
    if (what === 'rename') onEditing({ kind: 'rename', id: node.id })
    else if (what === 'new folder' || what === 'new note') {
      openFolder(node.id)
      onEditing({ kind: 'create', node: what === 'new note' ? 'note' : 'folder', parent: node.id })
    } else props.onCommand(what, node)
  }
  const onMove = (move: TreeMove) => {
    if (move.kind === 'open' || move.kind === 'close') return change([move.id], move.kind === 'open')
    if (move.kind === 'activate') return activate(nodes.get(move.id), () => change([move.id], !open(move.id)))
    setActive(move.id)
    sight.show(rows.findIndex((r) => r.node.id === move.id))
  }
  const activeNode = active ? nodes.get(active) : undefined
  const key = useTreeKeys({
    rows,
    active,
    onMove,
    onCommand: (what) => activeNode && command(what, activeNode),
    onMenu: () => setMenu(active ?? null),
  })
  const onKeyDown = (e: KeyboardEvent<HTMLElement>) => {
    const inside = e.target instanceof Element && e.currentTarget.contains(e.target)
    if (!inside || !key(e)) return // a menu's keys come here too, from its portal
    e.preventDefault()
    if (e.target !== e.currentTarget) e.currentTarget.focus()
  }
  const onMenu = (id: string | null) => {
    setMenu(id)
    if (id) setActive(id)
    else if (document.activeElement?.closest('[role=menu]')) tree.current?.focus()
  }
  const closeField = (byKey: boolean) => {
    onEditing(null)
    if (byKey) tree.current?.focus()
  }

  const row = (r: Row, i: number) => {
    const { id } = r.node
    const seen = i >= sight.from && i < sight.to
    // The active row stays in the document, because the tree names it.
    if (!seen && id !== active) return null
    return (
      <Fragment key={id}>
        <TreeRow
          row={r}
          style={seen ? undefined : { position: 'absolute', top: i * rowHeight, left: 8, right: 8 }}
          active={id === active}
          current={id === current}
          menuOpen={id === menu}
          dropTarget={drag.target === id}
          field={
            editing?.kind === 'rename' &&
            editing.id === id && (
              <InlineName
                label={`Name of ${r.node.name}`}
                initial={r.node.name}
                onCommit={(name) => renameNode(r.node, name)}
                onClose={closeField}
              />
            )
          }
          onToggle={(folder) => change([folder], !open(folder))}
          onActive={setActive}
          onMenu={onMenu}
          onCommand={command}
          {...drag}
        />
        {editing?.kind === 'create' && editing.parent === id && (
          <NewRow kind={editing.node} parent={id} level={r.level + 1} onClose={closeField} />
        )}
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
      onKeyDown={onKeyDown}
      onDragOver={(e) => drag.onDragOver(e, null)}
      onDrop={(e) => drag.onDrop(e, null)}
    >
      {editing?.kind === 'create' && editing.parent === null && (
        <NewRow kind={editing.node} parent={null} level={1} onClose={closeField} />
      )}
      <div role="none" style={{ height: sight.from * rowHeight }} />
      {rows.map(row)}
      <div role="none" style={{ height: (rows.length - sight.to) * rowHeight }} />
    </div>
  )
}

function activate(node: Node | undefined, toggle: () => void) {
  if (node?.kind === 'note') navigate(`/n/${node.id}`)
  else toggle()
}

/** The rows to show, which folders are open, and which row is active. */
function useRows({ nodes, filter, me, current }: TreeViewProps) {
  const { open: opened, change } = useOpenFolders(me)
  const [wanted, setActive] = useState(current)
  const branches = useMemo(() => filterTree(buildTree([...nodes.values()]), filter), [nodes, filter])
  const rows = useMemo(
    () => flattenTree(branches, (id) => filter !== 'all' || opened.has(id)),
    [branches, filter, opened],
  )
  useReveal(nodes, current, (path) => {
    change(path, true)
    setActive(current)
  })
  const active = rows.some((r) => r.node.id === wanted) ? wanted : rows[0]?.node.id
  return { rows, open: (id: string) => opened.has(id), change, active, setActive }
}

/** Opens the folders above a note when it comes to be shown, once. */
function useReveal(
  nodes: ReadonlyMap<string, Node>,
  current: string | undefined,
  reveal: (folders: string[]) => void,
) {
  const revealed: RefObject<string | undefined> = useRef(undefined)
  useEffect(() => {
    if (!current || revealed.current === current || !nodes.has(current)) return
    revealed.current = current
    reveal(
      pathOf(nodes, current)
        .slice(0, -1)
        .map((n) => n.id),
    )
  })
}
