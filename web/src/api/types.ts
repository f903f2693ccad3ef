// The REST API's JSON. Times are RFC 3339, node and run ids are 26 characters,
// principals have numbers.

export type Action = 'read' | 'run' | 'write' | 'manage'
export type Role = 'owner' | 'writer' | 'runner' | 'reader'
export type NewNotes = 'everyone' | 'me'

export interface Named {
  id: number
  name: string
}

export interface Place {
  id: string
  name: string
}

export interface Me {
  id: number
  name: string
  displayName: string
  admin: boolean
  groups: Named[]
  newNotes: NewNotes
  signIn: string
}

export interface SignIn {
  id: string
  kind: 'browser' | 'token'
  label: string
  address: string
  createdAt: string
  lastSeenAt: string
  expiresAt: string
  current: boolean
}

export interface Token {
  id: string
  label: string
  scope?: Action[]
  createdAt: string
  expiresAt: string
  /** Only in the answer that made it. */
  secret?: string
}

export interface LinkCheck {
  purpose: 'invite' | 'reset'
  name: string
}

export interface Principal {
  id: number
  kind: 'user' | 'group' | 'link' | 'everyone'
  name: string
  displayName?: string
  /** An account that cannot sign in. */
  disabled?: boolean
}

export interface User {
  id: number
  name: string
  displayName: string
  admin: boolean
  disabled: boolean
  createdAt: string
  lastSeenAt?: string
  groups: Named[]
  invited: boolean
}

export interface SecretLink {
  url: string
  expiresAt: string
  purpose?: 'invite' | 'reset'
}

export interface Group {
  id: number
  name: string
  description: string
  members: Principal[]
}

export interface Node {
  id: string
  parent?: string
  kind: 'folder' | 'note'
  name: string
  allowed: Action[]
  shared: 'me' | 'some' | 'everyone'
  changedAt: string
  path?: Place[]
}

export interface TrashedNode {
  id: string
  kind: 'folder' | 'note'
  name: string
  /** Where it was. */
  path: Place[]
  trashedAt: string
  trashedBy: string
}

export interface Grant {
  principal: Principal
  role: Role
  by?: string
  at: string
  startsAt?: string
  endsAt?: string
}

export interface Grants {
  version: number
  inherits: boolean
  grants: Grant[]
  /** Without `from` for a folder one may not read. */
  inherited: (Grant & { from?: Place })[]
  allowed: Action[]
}

export interface GrantsChange {
  version: number
  grants: { principal: { id: number } | { name: string }; role: Role }[]
  /** Whether what folders above give is to count; absent: as it is. */
  inherits?: boolean
}

export interface SearchHit {
  note: string
  name: string
  path: Place[]
  paragraph?: string
  title?: string
  snippet?: string
}

export interface Interpreter {
  name: string
  aliases: string[]
  displayName: string
  language: string
}

export interface Interpreters {
  interpreters: Interpreter[]
  python: {
    phase: 'checking' | 'installing' | 'ready' | 'failed'
    message: string
    detail?: string
    command?: string
  }
  separation: { level: number; sentence: string }
}

export interface RunPart {
  part: number
  kind: string
  name?: string
  displayId?: string
  revision: number
  bytes: number
  gapAt?: number
  gapBytes?: number
}
