// The REST API's JSON about groups, caps, what has no owner, reach and the audit log.
import type { Action, Group, Member, Place, Principal, Wanted } from './types'

/** A group one is in. */
export interface MyGroup {
  id: number
  name: string
  description: string
  /** One may change its members. */
  leads: boolean
  /** One is a member oneself, not only through another group. */
  direct: boolean
  size: number
  /** Where one leads. */
  members?: Member[]
}

/** A group after a list of names was added to it. */
export interface Pasted extends Group {
  added: number
  /** What stood in the list before already, perhaps in other case. */
  repeated: string[]
  already: string[]
}

export interface Cap {
  id: number
  group: { id: number; name: string }
  /** Counts there and below; absent: everywhere. */
  node?: { id: string; name: string }
  /** What is left. */
  actions: Action[]
  reason: string
  by: string
  at: string
}

export interface NewCap {
  group: Wanted
  node?: string
  actions: Action[]
  reason?: string
}

export interface OwnerlessNode {
  id: string
  name: string
  kind: 'folder' | 'note'
  path: Place[]
  trashed: boolean
  /** Who owns it without being there any more. */
  owners: Principal[]
}

export interface ReachedNode {
  id: string
  kind: 'folder' | 'note'
  name: string
  path: string
  actions: Action[]
  /** By what, in words. */
  through: string[]
}

export interface Reach {
  nodes: ReachedNode[]
  total: number
  /** How many of them the asker may not read; they are not named. */
  hidden: number
  more: boolean
}

export interface AuditEntry {
  id: number
  at: string
  actor: string
  operation: string
  object?: string
  outcome: 'done' | 'refused'
  detail?: Record<string, unknown>
  /** How often within a minute, for refusals. */
  count: number
  request?: string
}
