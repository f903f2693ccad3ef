// The REST API's JSON about links, requests, previews and explanations of access.
import type { NewCap } from './admin'
import type { Action, GrantsChange, Place, Principal, Role } from './types'

export type LinkRole = 'reader' | 'runner'

export interface ShareLink {
  id: number
  label: string
  role: LinkRole
  /** Lets in people without an account. */
  anyone: boolean
  createdBy: string
  createdAt: string
  endsAt?: string
  lastUsedAt?: string
  uses: number
  /** Accounts that have opened it and not let go. */
  holders: number
}

export interface ShareLinks {
  links: ShareLink[]
  /** Links may let in people without an account. */
  anyoneAllowed: boolean
}

export interface NewShareLink {
  link: ShareLink
  url: string
}

/** Where a link leads. */
export interface LinkTarget {
  node: { id: string; name: string; kind: 'folder' | 'note' }
}

export interface HeldLink {
  id: number
  label: string
  node: { id: string; name?: string }
  role: LinkRole
  endsAt?: string
}

/** One can ask to be these. */
export type AskedRole = Exclude<Role, 'owner'>

export interface OwnRequest {
  id: string
  /** Without a name unless one may read it. */
  node: { id: string; name?: string }
  role: AskedRole
  message: string
  askedAt: string
  outcome?: 'granted' | 'declined'
  decidedAt?: string
}

export interface AccessRequest {
  id: string
  node: { id: string; name: string; path: Place[] }
  person: Principal
  role: AskedRole
  message: string
  askedAt: string
}

/** A change of sharing that is not to be saved yet. */
export type PreviewChange =
  | { kind: 'grants'; node: string; body: GrantsChange }
  | { kind: 'link'; node: string; role: LinkRole; anyone: boolean }
  | { kind: 'move'; node: string; parent: string | null }
  | { kind: 'trash'; node: string }
  | { kind: 'restore'; node: string; name?: string }
  | { kind: 'group'; group: number; members: string[] }
  | ({ kind: 'cap' } & NewCap)

export interface Affected {
  person: Principal
  actions: Action[]
  notes: number
}

/** What a change would do to whom. */
export interface Preview {
  gains: Affected[]
  losses: Affected[]
  people: { gain: number; lose: number }
  notes: number
  /** Stored results, and files, that somebody would see who does not now. */
  outputs: number
  files: number
  everyone: '' | 'gains' | 'loses'
  /** Not all was looked at; numbers may be too low. */
  truncated: boolean
  sentence: string
}

/** Somebody in an explanation; without a name if one may not see who it is. */
export interface Party {
  id?: number
  kind?: Principal['kind']
  name?: string
  displayName?: string
  hidden?: boolean
}

export interface AccessStep extends Party {
  by?: string
  since: string
  ended?: string
}

export interface AccessPath {
  kind: 'grant' | 'link' | 'owner role'
  role: Role
  principal: Party
  /** From the person to the principal. */
  groupChain: AccessStep[]
  /** null for a folder one may not read. */
  node: Place | null
  folderDepth: number
  by?: string
  since?: string
  startsAt?: string
  endsAt?: string
  revokedAt?: string
  why?: string
}

export interface AccessCap {
  id: number
  group: Party
  groupChain: AccessStep[]
  node: Place | null
  actions: Action[]
  /** It takes the action asked about away. */
  forbids: boolean
  by?: string
  since: string
  reason?: string
}

export interface AccessAnswer {
  person: Party
  action: Action
  allowed: boolean
  actions: Action[]
  at: string
  paths: AccessPath[]
  more: number
  caps: AccessCap[]
  ignored: AccessPath[]
  hidden: number
  smallest: { words: string; changes: { words: string }[]; exact: boolean } | null
  /** About a past moment: what was changed since of which no history is kept. */
  unsure: string[]
  sentence: string
}

/** Who can reach a node. */
export interface Reachers {
  people: { principal: Party; actions: Action[]; through: string[] }[]
  total: number
  everyone: boolean
  everyoneMay: Action[]
  truncated: boolean
}

/** A note, with whether it is a copy that is gone some time after it is closed. */
export interface ScratchNode {
  id: string
  name: string
  scratch?: boolean
  scratchOf?: string
}
