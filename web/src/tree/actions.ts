// What one does to folders and notes. Each call changes the tree here as soon as the
// server has answered, and says so where it can be taken back.
import { api } from '../api/client'
import type { NewNotes, Node } from '../api/types'
import { toast, toastError } from '../ui/Toast'
import { currentTree, dropNode, loadTree, putNode } from './store'

export interface NewNode {
  kind: Node['kind']
  /** Slashes in it make folders on the way. */
  name: string
  parent: string | null
  newNotes?: NewNotes
}

/** A key for a change that may be sent twice; the server does it once. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, '0')).join(
    '',
  )
}

export async function createNode(node: NewNode, idempotencyKey = newKey()): Promise<Node> {
  return arrived(
    await api.post<Node>('/nodes', { ...node, parent: node.parent ?? undefined }, { idempotencyKey }),
  )
}

/** Makes the note that shows what notes can do. */
export async function createExample(): Promise<Node> {
  return arrived(await api.post<Node>('/notes/example', undefined, { idempotencyKey: newKey() }))
}

export async function cloneNode(node: Node): Promise<Node> {
  const clone = await api.post<Node>(`/nodes/${node.id}/clone`, {}, { idempotencyKey: newKey() })
  return arrived(clone)
}

export async function renameNode(node: Node, name: string) {
  arrived(await api.patch<Node>(`/nodes/${node.id}`, { name }))
}

/** Moves a node into a folder (null: the top) and offers to undo it. */
export async function moveNode(node: Node, parent: string | null) {
  const before = node.parent ?? null
  await putInto(node, parent)
  const place =
    parent === null ? 'the top level' : `“${currentTree().nodes?.get(parent)?.name ?? 'the folder'}”`
  toast(`“${node.name}” is in ${place} now.`, {
    action: { label: 'Undo', run: () => putInto(node, before).catch(toastError) },
  })
}

async function putInto(node: Node, parent: string | null) {
  arrived(await api.patch<Node>(`/nodes/${node.id}`, { parent }))
}

/** Puts a node and what is below it into the trash, and offers to take it out again. */
export async function trashNode(node: Pick<Node, 'id' | 'name'>) {
  await api.post(`/nodes/${node.id}/trash`)
  dropNode(node.id)
  loadTree()
  toast(`“${node.name}” is in the trash.`, {
    action: { label: 'Undo', run: () => restoreNode(node.id).catch(toastError) },
  })
}

/** Takes a node out of the trash; `name` when its old one is taken. */
export async function restoreNode(id: string, name?: string): Promise<Node> {
  return arrived(await api.post<Node>(`/nodes/${id}/restore`, name === undefined ? {} : { name }))
}

// Folders made on the way and what lies below are known after the next question.
function arrived(node: Node): Node {
  putNode(node)
  loadTree()
  return node
}
