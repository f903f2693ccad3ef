// Notes by REST: made as a story needs them, and asked for what the server holds.
import type { Person } from './person.ts'

export type Role = 'owner' | 'writer' | 'runner' | 'reader'

export interface ServerNote {
  id: string
  name: string
  paragraphs: { id: string; title?: string; text: string; version: number }[]
}

/** Makes a note of these paragraphs, named by the keys, and returns its id. */
export async function makeNote(
  by: Person,
  name: string,
  paragraphs: Record<string, string>,
): Promise<string> {
  const { id } = await by.rest.post<{ id: string }>('/nodes', { kind: 'note', name })
  const fresh = await noteOnServer(by, id)
  let after = ''
  for (const [paragraph, text] of Object.entries(paragraphs)) {
    await operate(by, id, 'paragraph.insert', { paragraph, after, text })
    after = paragraph
  }
  for (const p of fresh.paragraphs) await operate(by, id, 'paragraph.delete', { paragraph: p.id })
  return id
}

export async function operate(by: Person, note: string, kind: string, body: unknown) {
  await by.rest.post(`/notes/${note}/operations`, { id: crypto.randomUUID(), kind, body })
}

export async function noteOnServer(by: Person, id: string): Promise<ServerNote> {
  return by.rest.get<ServerNote>(`/notes/${id}`)
}

export async function textOnServer(by: Person, id: string, paragraph: string): Promise<string | undefined> {
  return (await noteOnServer(by, id)).paragraphs.find((p) => p.id === paragraph)?.text
}

/** Gives roles on a node to people and groups by name, and leaves its other grants. */
export async function share(by: Person, node: string, roles: Record<string, Role>) {
  await grant(by, node, (own) => [
    ...own.filter((g) => !(g.principal.name in roles)),
    ...Object.entries(roles).map(([name, role]) => ({ principal: { name }, role })),
  ])
}

/** Takes away what a person or group was granted on the node itself. */
export async function unshare(by: Person, node: string, name: string) {
  await grant(by, node, (own) => own.filter((g) => g.principal.name !== name))
}

interface Grant {
  principal: { name: string }
  role: Role
}

async function grant(by: Person, node: string, change: (own: Grant[]) => Grant[]) {
  const { version, grants } = await by.rest.get<{ version: number; grants: Grant[] }>(`/nodes/${node}/grants`)
  const next = change(grants).map(({ principal: { name }, role }) => ({ principal: { name }, role }))
  await by.rest.put(`/nodes/${node}/grants`, { version, grants: next })
}
