// Which notes are shown, of all one may read: Zeppelin's workspaces. The choice is kept
// in this browser for each account, and stands in the address of the page that lists.
import { useEffect, useSyncExternalStore } from 'react'
import type { Node, Shared } from '../api/types'
import { navigate, usePlace } from '../app/router'

export type Workspace = 'all' | Shared

export const workspaces: readonly Workspace[] = ['all', 'me', 'some', 'everyone']

let chosen: { me: number; workspace: Workspace } | undefined
const listeners = new Set<() => void>()

const keyOf = (me: number) => `quire.workspace.${me}`

const isWorkspace = (value: string | null): value is Workspace =>
  value !== null && (workspaces as readonly string[]).includes(value)

function kept(me: number): Workspace {
  try {
    const value = localStorage.getItem(keyOf(me))
    return isWorkspace(value) ? value : 'all'
  } catch {
    return 'all' // nothing may be stored
  }
}

function current(me: number): Workspace {
  if (chosen?.me !== me) chosen = { me, workspace: kept(me) }
  return chosen.workspace
}

function keep(me: number, workspace: Workspace) {
  chosen = { me, workspace }
  try {
    localStorage.setItem(keyOf(me), workspace)
  } catch {
    // A full or closed storage forgets; nothing depends on it.
  }
  for (const f of listeners) f()
}

/** The workspace, and what chooses another. */
export function useWorkspace(me: number): [Workspace, (workspace: Workspace) => void] {
  const workspace = useSyncExternalStore(subscribe, () => current(me))
  const { path, search } = usePlace()
  const asked = path === '/' ? new URLSearchParams(search).get('in') : null
  // An address with a workspace in it chooses that one.
  useEffect(() => {
    if (isWorkspace(asked) && asked !== current(me)) keep(me, asked)
  }, [asked, me])
  const choose = (next: Workspace) => {
    keep(me, next)
    if (path === '/') navigate(addressOf(search, next), { replace: true })
  }
  return [workspace, choose]
}

/** The home page's address with another workspace. */
export function addressOf(search: string, workspace: Workspace): string {
  const query = new URLSearchParams(search)
  if (workspace === 'all') query.delete('in')
  else query.set('in', workspace)
  const text = query.toString()
  return text ? `/?${text}` : '/'
}

/** How many notes there are in each. */
export function countNotes(nodes: Iterable<Node>): Record<Workspace, number> {
  const count = { all: 0, me: 0, some: 0, everyone: 0 }
  for (const n of nodes) {
    if (n.kind !== 'note') continue
    count.all++
    count[n.shared]++
  }
  return count
}

function subscribe(f: () => void) {
  listeners.add(f)
  return () => listeners.delete(f)
}
