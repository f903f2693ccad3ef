// The tree of everything one may read, for the whole page: fetched when first shown,
// fetched again when the socket says that it may look different, and changed at once
// by what this tab does itself.
import { useEffect, useSyncExternalStore } from 'react'
import { api } from '../api/client'
import type { Node } from '../api/types'
import { onTreeChanged } from '../socket/live'

export interface Tree {
  /** Undefined until the first answer. */
  nodes: ReadonlyMap<string, Node> | undefined
  /** Why the last question failed; the nodes of the one before stay. */
  error: unknown
}

let tree: Tree = { nodes: undefined, error: undefined }
const listeners = new Set<() => void>()
let users = 0
let stop = () => {}
let loading: Promise<void> | undefined
let again = false
/** Raised when everything is forgotten, so that answers to older questions are dropped. */
let generation = 0

function set(next: Tree) {
  tree = next
  for (const f of listeners) f()
}

/** Asks for the tree; calls during a question lead to one more question after it. */
export function loadTree(): Promise<void> {
  again = true
  if (loading) return loading
  const mine = askWhileWanted(generation).finally(() => {
    if (loading === mine) loading = undefined
  })
  loading = mine
  return mine
}

async function askWhileWanted(mine: number) {
  while (again && mine === generation) {
    again = false
    try {
      const { nodes } = await api.get<{ nodes: Node[] }>('/tree')
      if (mine === generation) set({ nodes: new Map(nodes.map((n) => [n.id, n])), error: undefined })
    } catch (error) {
      if (mine === generation) set({ ...tree, error })
    }
  }
}

/** Puts a node where the server says it is now. */
export function putNode(node: Node) {
  if (tree.nodes) set({ ...tree, nodes: new Map(tree.nodes).set(node.id, node) })
}

/** Takes a node and what is below it out of sight. */
export function dropNode(id: string) {
  if (!tree.nodes) return
  const nodes = new Map(tree.nodes)
  const drop = (gone: string) => {
    nodes.delete(gone)
    for (const n of [...nodes.values()]) if (n.parent === gone) drop(n.id)
  }
  drop(id)
  set({ ...tree, nodes })
}

export const currentTree = () => tree

/** The tree, loaded and kept fresh while anything shows it; then forgotten. */
export function useTree(): Tree {
  useEffect(() => {
    if (users++ === 0) {
      stop = onTreeChanged(loadTree)
      loadTree()
    }
    return () => {
      if (--users === 0) forget()
    }
  }, [])
  return useSyncExternalStore(subscribe, currentTree)
}

// Nothing of it may be left for the next person at this page.
function forget() {
  stop()
  generation++
  loading = undefined
  set({ nodes: undefined, error: undefined })
}

function subscribe(f: () => void) {
  listeners.add(f)
  return () => listeners.delete(f)
}
