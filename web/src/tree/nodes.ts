// The tree of folders and notes as rows of a list: built from the flat answer of the
// server, filtered, and flattened to what is open.
import type { Node } from '../api/types'
import { foldName } from '../share/names'
import type { Workspace } from './workspace'

export interface Branch {
  node: Node
  children: Branch[]
}

/** A visible row with what assistive technology must know of its place. */
export interface Row {
  node: Node
  level: number
  position: number
  siblings: number
  /** Absent for notes and for folders with nothing in them. */
  open?: boolean
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Folders first, then by name with numbers by value. */
export function compareNodes(a: Node, b: Node): number {
  if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1
  return collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1)
}

/** Builds branches; a node whose parent is not in the list stands at the top. */
export function buildTree(nodes: Node[]): Branch[] {
  const branches = new Map(nodes.map((node) => [node.id, { node, children: [] as Branch[] }]))
  const top: Branch[] = []
  for (const branch of branches.values()) {
    const parent = branch.node.parent ? branches.get(branch.node.parent) : undefined
    ;(parent?.children ?? top).push(branch)
  }
  const sort = (list: Branch[]) => list.sort((a, b) => compareNodes(a.node, b.node))
  for (const branch of branches.values()) sort(branch.children)
  return sort(top)
}

/** Keeps the notes that are shared so, and the folders that lead to them. */
export function filterTree(branches: Branch[], filter: Workspace): Branch[] {
  if (filter === 'all') return branches
  return branches.flatMap((branch) => {
    if (branch.node.kind === 'note') return branch.node.shared === filter ? [branch] : []
    const children = filterTree(branch.children, filter)
    return children.length > 0 ? [{ node: branch.node, children }] : []
  })
}

/** What stands directly in a folder, in order; of a workspace, with the folders that lead to it. */
export function childrenOf(
  nodes: ReadonlyMap<string, Node>,
  folder: string,
  workspace: Workspace = 'all',
): Node[] {
  const below = [...nodes.values()].filter(
    (n) => n.id !== folder && pathOf(nodes, n.id).some((above) => above.id === folder),
  )
  return filterTree(buildTree(below), workspace).map((branch) => branch.node)
}

/** The folders whose name has all words of a query, in order. */
export function foldersNamed(
  nodes: ReadonlyMap<string, Node>,
  query: string,
  isShown: (folder: Node) => boolean = () => true,
): Node[] {
  const words = foldName(query).split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  return [...nodes.values()]
    .filter((n) => n.kind === 'folder' && words.every((w) => foldName(n.name).includes(w)) && isShown(n))
    .sort(compareNodes)
}

/** The rows to show when the folders that `isOpen` names are open. */
export function flattenTree(branches: Branch[], isOpen: (id: string) => boolean, level = 1): Row[] {
  return branches.flatMap((branch, i) => {
    const open = branch.children.length > 0 ? isOpen(branch.node.id) : undefined
    const row: Row = { node: branch.node, level, position: i + 1, siblings: branches.length, open }
    return open ? [row, ...flattenTree(branch.children, isOpen, level + 1)] : [row]
  })
}

/** The node and all above it, topmost first; empty for an unknown id. */
export function pathOf(nodes: ReadonlyMap<string, Node>, id: string): Node[] {
  const path: Node[] = []
  const seen = new Set<string>()
  let node = nodes.get(id)
  while (node && !seen.has(node.id)) {
    seen.add(node.id)
    path.unshift(node)
    node = node.parent ? nodes.get(node.parent) : undefined
  }
  return path
}

/** The names of the path, as people write it. */
export function pathText(path: readonly { name: string }[]): string {
  return path.map(({ name }) => name).join(' / ')
}

/** Whether `id` may be put into `parent` (null: the top): never into itself or below. */
export function canMoveInto(nodes: ReadonlyMap<string, Node>, id: string, parent: string | null): boolean {
  const node = nodes.get(id)
  if (!node?.allowed.includes('manage') || (node.parent ?? null) === parent) return false
  if (parent === null) return true
  const path = pathOf(nodes, parent)
  const folder = path.at(-1)
  return folder?.kind === 'folder' && folder.allowed.includes('write') && !path.some((n) => n.id === id)
}
