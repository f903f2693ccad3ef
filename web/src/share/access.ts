// Who may do what on a node, as the dialog edits it: a list of entries, each a
// principal with a role. Everyone is a principal like others; an entry taken away
// is access taken away, and an empty list opens nothing.
import type { Grant, Grants, GrantsChange, Me, Principal, Role } from '../api/types'
import { foldName } from './names'

export interface Entry {
  principal: Principal
  role: Role
}

/** The access to a node as one wants it. */
export interface Draft {
  entries: Entry[]
  /** Whether what folders above give counts; if not, the node is closed. */
  inherits: boolean
}

/** Highest first, as they are listed everywhere. */
export const roles: readonly Role[] = ['owner', 'writer', 'runner', 'reader']

/** All who are signed in. The server knows this one by its name. */
export const everyone: Principal = { id: 1, kind: 'everyone', name: 'everyone' }

const height = (role: Role) => roles.length - roles.indexOf(role)

/** Two entries are about the same principal when their names are: names are one namespace. */
export function sameName(a: Principal, b: Principal): boolean {
  return foldName(a.name) === foldName(b.name)
}

/** Whether a save leaves the grant as it is: one with dates, or one to a link. */
const isKept = (grant: Grant) => Boolean(grant.startsAt || grant.endsAt || grant.principal.kind === 'link')

/** What a save replaces: the node's own undated grants to users, groups and everyone. */
export function entriesOf(grants: Grants): Entry[] {
  return grants.grants.filter((g) => !isKept(g)).map(({ principal, role }) => ({ principal, role }))
}

/** The node's own grants that a save keeps. */
export function keptOf(grants: Grants): Grant[] {
  return grants.grants.filter(isKept)
}

/** Gives one role, in place of any the principal had. */
export function give(entries: Entry[], principal: Principal, role: Role): Entry[] {
  return [...without(entries, principal), { principal, role }]
}

/** Takes every role of the principal away. */
export function without(entries: Entry[], principal: Principal): Entry[] {
  return entries.filter((e) => !sameName(e.principal, principal))
}

/** The principals with exactly this role, everyone first, then groups, then people. */
export function holders(entries: Entry[], role: Role): Principal[] {
  const rank = { everyone: 0, group: 1, link: 2, user: 3 }
  return entries
    .filter((e) => e.role === role)
    .map((e) => e.principal)
    .sort((a, b) => rank[a.kind] - rank[b.kind] || a.name.localeCompare(b.name))
}

/** One entry for each principal: the highest it has, since that is the one that counts. */
export function highest(entries: Entry[]): Entry[] {
  const best = new Map<string, Entry>()
  for (const entry of entries) {
    const key = foldName(entry.principal.name)
    const known = best.get(key)
    if (!known || height(entry.role) > height(known.role)) best.set(key, entry)
  }
  return [...best.values()]
}

export function roleOf(entries: Entry[], principal: Principal): Role | undefined {
  return highest(entries).find((e) => sameName(e.principal, principal))?.role
}

/** The body of a save. */
export function toChange({ version }: Grants, { entries, inherits }: Draft): GrantsChange {
  const name = (p: Principal) => (p.kind === 'everyone' ? { name: p.name } : { id: p.id })
  const grants = entries.map((e) => ({ principal: name(e.principal), role: e.role }))
  return { version, inherits, grants }
}

/** What the server has, as a draft nothing was changed in. */
export function draftOf(grants: Grants): Draft {
  return { entries: entriesOf(grants), inherits: grants.inherits }
}

/** Whether two drafts say the same. */
export function sameDraft(a: Draft, b: Draft): boolean {
  return a.inherits === b.inherits && sameEntries(a.entries, b.entries)
}

/** Whether two lists say the same, in whatever order. */
export function sameEntries(a: Entry[], b: Entry[]): boolean {
  const words = (list: Entry[]) => list.map((e) => `${foldName(e.principal.name)} ${e.role}`).sort()
  return JSON.stringify(words(a)) === JSON.stringify(words(b))
}

/** The role everyone would have now and had not before, or had lower; undefined if none. */
export function widening(before: Entry[], after: Entry[]): Role | undefined {
  const now = roleOf(after, everyone)
  const then = roleOf(before, everyone)
  if (!now || (then && height(then) >= height(now))) return undefined
  return now
}

/** Whether somebody owns the node by a grant of its own; the server asks for one. */
export function hasOwner(entries: Entry[]): boolean {
  return entries.some((e) => e.role === 'owner')
}

/** Whether the person could still manage the node. Nested groups are not known here. */
export function keepsManaging(me: Me, entries: Entry[], inherited: Grant[]): boolean {
  const mine = [me.name, everyone.name, ...me.groups.map((g) => g.name)].map(foldName)
  return [...entries, ...inherited].some(
    (e) => e.role === 'owner' && mine.includes(foldName(e.principal.name)),
  )
}

export type Reach = { kind: 'me' } | { kind: 'some'; count: number } | { kind: 'everyone' }

/** How far a node reaches: only me, some people and groups beside me, or all who sign in. */
export function reachOf(me: Me, principals: Principal[]): Reach {
  if (principals.some((p) => p.kind === 'everyone')) return { kind: 'everyone' }
  const others = new Set(principals.map((p) => foldName(p.name)))
  others.delete(foldName(me.name))
  return others.size === 0 ? { kind: 'me' } : { kind: 'some', count: others.size }
}

export function reachText(reach: Reach): string {
  if (reach.kind === 'me') return 'Only you'
  if (reach.kind === 'everyone') return 'Everyone who signs in'
  return `Shared with ${reach.count}`
}
