// Accounts made from a pasted list, one after the other: what can be told of the list
// before, and what became of each.
import { ApiError, api } from '../../api/client'
import type { Group, SecretLink, User } from '../../api/types'
import { foldName } from '../../share/names'
import { eachOf } from '../../share/people'
import { newKey } from '../../tree/actions'
import { messageOf } from '../ErrorNotice'

/** So many accounts are made of one list. */
export const maxAccounts = 200

export interface Account {
  name: string
  displayName?: string
}

export interface AccountList {
  accounts: Account[]
  /** Cannot be names; the server has the last word. */
  bad: string[]
  repeated: number
  /** How many are beyond what is made at once. */
  tooMany: number
}

/** Reads one account per line or between commas; behind a tab, a second column, the full name. */
export function readAccounts(text: string): AccountList {
  const all = text
    .split(/[,;\r\n]+/)
    .map((line) => line.split('\t').map(unquoted))
    .flatMap(([name, displayName]) => (name ? [{ name, displayName: displayName || undefined }] : []))
  const accounts = [...new Map(all.map((a) => [foldName(a.name), a])).values()]
  return {
    accounts,
    bad: accounts.map((a) => a.name).filter(isBadName),
    repeated: all.length - accounts.length,
    tooMany: Math.max(0, accounts.length - maxAccounts),
  }
}

const unquoted = (s: string) =>
  s
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim()

const reserved = ['everyone', 'anonymous', 'system', 'operator']

const isBadName = (name: string) =>
  [...name].length > 64 || /[/\\:"]| {2}/.test(name) || reserved.includes(foldName(name))

/** Those of the names that somebody or a group bears, also somebody disabled. */
export async function takenAmong(names: string[], signal: AbortSignal): Promise<string[]> {
  const { groups } = await api.get<{ groups: Group[] }>('/groups', { signal })
  const held = new Set(groups.map((g) => foldName(g.name)))
  await eachOf(names, 4, async (name) => {
    if (await hasUser(name, signal)) held.add(foldName(name))
  })
  return names.filter((n) => held.has(foldName(n)))
}

async function hasUser(name: string, signal: AbortSignal): Promise<boolean> {
  const wanted = foldName(name)
  for (let after: number | undefined; ; ) {
    const query = { query: name, after }
    const { users, more } = await api.get<{ users: User[]; more: boolean }>('/users', { query, signal })
    if (users.some((u) => foldName(u.name) === wanted)) return true
    if (!more) return false
    after = users.at(-1)?.id
  }
}

/** An account with the link that invites its person, or why it was not made. */
export interface Outcome {
  account: Account
  link?: SecretLink
  why?: string
}

/**
 * Makes the accounts, and tells after each how many are done. One that is refused stops
 * no other; when the server cannot be asked any more, those left are not tried.
 */
export async function makeAccounts(
  accounts: Account[],
  groups: string[],
  onDone: (count: number) => void,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  let away: string | undefined
  for (const account of accounts) {
    try {
      if (away) outcomes.push({ account, why: away })
      else outcomes.push({ account, link: await makeAccount(account, groups) })
    } catch (e) {
      outcomes.push({ account, why: messageOf(e) })
      if (!(e instanceof ApiError) || e.status === 0 || e.status >= 500) away = messageOf(e)
    }
    onDone(outcomes.length)
  }
  return outcomes
}

async function makeAccount(account: Account, groups: string[]): Promise<SecretLink> {
  const body = { ...account, admin: false, groups }
  const { link } = await api.post<{ link: SecretLink }>('/users', body, { idempotencyKey: newKey() })
  return link
}
