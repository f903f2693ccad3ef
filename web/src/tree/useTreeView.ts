// What the tree of notes shows, and what its keys, menus and commands do.
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import type { Node } from '../api/types'
import { navigate } from '../app/router'
import type { TreeMove } from './keys'
import { type Command, takes } from './NodeMenu'
import { buildTree, filterTree, flattenTree, pathOf } from './nodes'
import { useOpenFolders } from './opened'
import type { TreeViewProps } from './TreeView'
import { useTreeKeys } from './useTreeKeys'
import { useWindow } from './useWindow'

export const rowHeight = window.matchMedia?.('(pointer: coarse)').matches ? 40 : 28

export function useTreeView(props: TreeViewProps, tree: RefObject<HTMLDivElement | null>) {
  const { nodes, onEditing } = props
  const { rows, isOpen, setOpen, active, setActive, revealed, onShown } = useRows(props)
  const [menu, setMenu] = useState<string | null>(null)
  const sight = useWindow(tree, rows.length, rowHeight)
  const showRow = (id: string) => sight.show(rows.findIndex((r) => r.node.id === id))
  useEffect(() => {
    if (!revealed || !rows.some((r) => r.node.id === revealed)) return
    showRow(revealed)
    // Whoever came by a folder's address goes on from there with the keys.
    if (nodes.get(revealed)?.kind === 'folder' && document.activeElement === document.body)
      tree.current?.focus({ preventScroll: true })
    onShown()
  })
  const toggle = (id: string) => setOpen([id], !isOpen(id))

  const command = (what: Command, node: Node) => {
    if (!takes(node, what)) return
    tree.current?.focus() // what the command opens gives the focus back to it
    setMenu(null)
    setActive(node.id)
    if (what === 'rename') onEditing({ kind: 'rename', id: node.id })
    else if (what === 'new folder' || what === 'new note') {
      setOpen([node.id], true)
      onEditing({ kind: 'create', node: what === 'new note' ? 'note' : 'folder', parent: node.id })
    } else props.onCommand(what, node)
  }
  const move = ({ kind, id }: TreeMove) => {
    if (kind === 'open' || kind === 'close') setOpen([id], kind === 'open')
    else if (kind === 'go') {
      setActive(id)
      showRow(id)
    } else if (nodes.get(id)?.kind === 'note') navigate(`/n/${id}`)
    else toggle(id)
  }
  const activeNode = active ? nodes.get(active) : undefined
  const key = useTreeKeys({
    rows,
    active,
    onMove: move,
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
  return { rows, active, setActive, menu, onMenu, sight, setOpen, toggle, command, onKeyDown }
}

/** The rows to show, which folders are open, and which row is active. */
function useRows({ nodes, filter, me, current }: TreeViewProps) {
  const { open: opened, change: setOpen } = useOpenFolders(me)
  const [wanted, setActive] = useState(current)
  const branches = useMemo(() => filterTree(buildTree([...nodes.values()]), filter), [nodes, filter])
  const rows = useMemo(
    () => flattenTree(branches, (id) => filter !== 'all' || opened.has(id)),
    [branches, filter, opened],
  )
  const [revealed, setRevealed] = useState<string>()
  useReveal(nodes, current, (path) => {
    setOpen(path, true)
    setActive(current)
    setRevealed(current)
  })
  const active = rows.some((r) => r.node.id === wanted) ? wanted : rows[0]?.node.id
  return {
    rows,
    isOpen: (id: string) => opened.has(id),
    setOpen,
    active,
    setActive,
    revealed,
    onShown: () => setRevealed(undefined),
  }
}

/** Opens the folders above a node when it comes to be shown, and a folder itself, once. */
function useReveal(
  nodes: ReadonlyMap<string, Node>,
  current: string | undefined,
  reveal: (folders: string[]) => void,
) {
  const revealed = useRef<string>(undefined)
  useEffect(() => {
    const path = current ? pathOf(nodes, current) : []
    // Folders that were made with the note are known a moment later.
    const whole = path.length > 0 && path[0]?.parent === undefined
    if (!whole || revealed.current === current) return
    revealed.current = current
    reveal(path.filter((n) => n.kind === 'folder').map((n) => n.id))
  })
}
