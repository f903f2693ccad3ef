// Who may do what on a node, as the dialog edits it: a list of entries, each a
// principal with a role. Everyone is a principal like others; an entry taken away
// is access taken away, and an empty list opens nothing.
import type { Grant, Grants, GrantsChange, Me, Principal, Role, Wanted } from '../api/types'
import { foldName } from './names'

export interface Entry {
  principal: Principal
  role: Role
  /** Counts from then on, and until then. */
  startsAt?: string
  endsAt?: string
}

/** The access to a node as one wants it. */
export interface Draft {
  entries: Entry[]
  /** What folders above give does not count. */
  closed: boolean
}

/** Highest first, as they are listed everywhere. */
export const roles: readonly Role[] = ['owner', 'writer', 'runner', 'reader']

/** All who are signed in. The server knows this one by its name. */
export const everyone: Principal = { id: 1, kind: 'everyone', name: 'everyone' }

export const height = (role: Role) => roles.length - roles.indexOf(role)

/** Two entries are about the same principal when their names are: names are one namespace. */
export function sameName(a: Principal, b: Principal): boolean {
  return foldName(a.name) === foldName(b.name)
}

export const isDated = (e: Entry) => Boolean(e.startsAt || e.endsAt)

/** Tells entries of one node apart: somebody may have one without dates, and others with. */
export const keyOf = (e: Entry) => `${foldName(e.principal.name)} ${e.startsAt ?? ''} ${e.endsAt ?? ''}`

/** The node's own grants to users, groups and everyone; the highest of each without dates. */
export function entriesOf(grants: Grants): Entry[] {
  const own = grants.grants.filter((g) => g.principal.kind !== 'link')
  return highest(own.map(({ principal, role, startsAt, endsAt }) => ({ principal, role, startsAt, endsAt })))
}

/** The node's own grants to links. */
export function linksOf(grants: Grants): Grant[] {
  return grants.grants.filter((g) => g.principal.kind === 'link')
}

/** Gives one role without dates, in place of any such role the principal had. */
export function give(entries: Entry[], principal: Principal, role: Role): Entry[] {
  const others = entries.filter((e) => isDated(e) || !sameName(e.principal, principal))
  return [...others, { principal, role }]
}

/** Takes every role of the principal away. */
export function without(entries: Entry[], principal: Principal): Entry[] {
  return entries.filter((e) => !sameName(e.principal, principal))
}

/** Puts an entry in the place of another; nothing in its place takes it away. */
export function replace(entries: Entry[], old: Entry, next?: Entry): Entry[] {
  return highest(entries.flatMap((e) => (keyOf(e) !== keyOf(old) ? [e] : next ? [next] : [])))
}

/** The entries with exactly this role, everyone first, then groups, then people. */
export function holders(entries: Entry[], role: Role): Entry[] {
  const rank = { everyone: 0, group: 1, link: 2, user: 3 }
  return entries
    .filter((e) => e.role === role)
    .sort(
      ({ principal: a }, { principal: b }) =>
        rank[a.kind] - rank[b.kind] || (a.displayName || a.name).localeCompare(b.displayName || b.name),
    )
}

/** One entry for each principal and time: the highest it has, since that is the one that counts. */
export function highest(entries: Entry[]): Entry[] {
  const best = new Map<string, Entry>()
  for (const entry of entries) {
    const known = best.get(keyOf(entry))
    if (!known || height(entry.role) > height(known.role)) best.set(keyOf(entry), entry)
  }
  return [...best.values()]
}

/** The role without dates that the principal has. */
export function roleOf(entries: Entry[], principal: Principal): Role | undefined {
  return highest(entries).find((e) => !isDated(e) && sameName(e.principal, principal))?.role
}

/** The body of a save. What has ended meanwhile is left out: it would be refused. */
export function toChange({ version }: Grants, { entries, closed }: Draft, now = Date.now()): GrantsChange {
  const live = entries.filter((e) => !e.endsAt || Date.parse(e.endsAt) > now)
  const grants = live.map(({ principal, role, startsAt, endsAt }) => ({
    principal: wanted(principal),
    role,
    ...(startsAt && { startsAt }),
    ...(endsAt && { endsAt }),
  }))
  return { version, dated: true, closed, grants }
}

const wanted = (p: Principal): Wanted => (p.kind === 'everyone' ? { name: p.name } : { id: p.id })

/** What the server has, as a draft nothing was changed in. */
export function draftOf(grants: Grants): Draft {
  return { entries: entriesOf(grants), closed: grants.closed }
}

const words = (list: Entry[]) => list.map((e) => `${keyOf(e)} ${e.role}`).sort()

/** Whether two lists say the same, in whatever order. */
export function sameEntries(a: Entry[], b: Entry[]): boolean {
  return JSON.stringify(words(a)) === JSON.stringify(words(b))
}

/** Whether two drafts say the same. */
export function sameDraft(a: Draft, b: Draft): boolean {
  return a.closed === b.closed && sameEntries(a.entries, b.entries)
}

/** Whose access differs between two lists. */
export function changedBetween(before: Entry[], after: Entry[]): Principal[] {
  const all = new Map([...before, ...after].map((e) => [foldName(e.principal.name), e.principal]))
  const of = (list: Entry[], p: Principal) => list.filter((e) => sameName(e.principal, p))
  return [...all.values()].filter((p) => !sameEntries(of(before, p), of(after, p)))
}

/** Who has more than before: a role they had not, a higher one, or for longer. */
export function raised(before: Entry[], after: Entry[]): Entry[] {
  return after.filter(
    (e) =>
      !before.some(
        (b) =>
          sameName(b.principal, e.principal) &&
          height(b.role) >= height(e.role) &&
          (!isDated(b) || keyOf(b) === keyOf(e)),
      ),
  )
}

/** Whether somebody owns the node by a grant of its own without dates; the server asks for one. */
export function hasOwner(entries: Entry[]): boolean {
  return entries.some((e) => e.role === 'owner' && !isDated(e))
}

/** Whether the person could still manage the node. Nested groups are not known here. */
export function keepsManaging(me: Me, entries: Entry[], inherited: Grant[]): boolean {
  const mine = [me.name, everyone.name, ...me.groups.map((g) => g.name)].map(foldName)
  return [...entries, ...inherited].some(
    (e) => e.role === 'owner' && mine.includes(foldName(e.principal.name)),
  )
}
