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
  /** Nobody is signed in: a link lets one see one note. */
  guest?: boolean
  /** Requests of others that wait for one's answer. */
  requests?: number
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
  members: Member[]
}

export interface Member extends Principal {
  /** May change who is in the group. */
  leads?: boolean
}

export interface Node {
  id: string
  parent?: string
  kind: 'folder' | 'note'
  name: string
  allowed: Action[]
  shared: Shared
  /** What folders above give does not count there. */
  closed?: boolean
  /** How many people besides oneself; only where one node is asked for. */
  sharedWith?: number
  /** A copy that is gone some time after it is closed. */
  scratch?: boolean
  scratchOf?: string
  changedAt: string
  path?: Place[]
}

/** Who can reach something now, by whatever way. */
export type Shared = 'me' | 'some' | 'everyone'

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
  /** What folders above give does not count here. */
  closed: boolean
  grants: Grant[]
  /** Without `from` for a folder one may not read. */
  inherited: (Grant & { from?: Place })[]
  allowed: Action[]
  /** Live links, and requests that wait for an answer: for those who manage it. */
  links?: number
  requests?: number
}

/** Somebody to be given something; the server knows everyone by the name. */
export type Wanted = { id: number } | { name: string }

export interface GrantsChange {
  version: number
  grants: { principal: Wanted; role: Role; startsAt?: string; endsAt?: string }[]
  /** Replaces grants with dates too. */
  dated?: boolean
  /** Whether what folders above give is kept out; absent: as it is. */
  closed?: boolean
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
  kind: InterpreterKind
  /** The kernelspec that runs it. */
  spec?: string
}

export type InterpreterKind = 'kernel' | 'gateway' | 'sql'

/** Who may use something: a user, a group or everyone. */
export interface UserRef {
  id: number
  kind: 'user' | 'group' | 'everyone'
  name: string
  displayName?: string
}

/** An interpreter as administrators set it up. */
export interface InterpreterRow {
  id: number
  name: string
  aliases: string[]
  displayName: string
  kind: InterpreterKind
  spec: string
  gateway?: number
  connection?: number
  /** Values are never shown: each is ***. */
  environment: Record<string, string>
  arguments: string[]
  limits: { memory?: number; processes?: number; idle?: number; kernelsPerPerson?: number }
  users: UserRef[]
  enabled: boolean
}

export interface FoundSpec {
  name: string
  displayName: string
  language: string
  /** What everybody may write for it; empty when interpreters decide. */
  names: string[]
}

export type Driver = 'postgres' | 'mysql' | 'sqlite'

export interface ConnectionRow {
  id: number
  name: string
  driver: Driver
  host: string
  port: number
  database: string
  username: string
  hasPassword: boolean
  options: Record<string, string>
  readOnly: boolean
  users: UserRef[]
}

export interface GatewayRow {
  id: number
  name: string
  url: string
  hasToken: boolean
  options: Record<string, string>
}

export interface Interpreters {
  interpreters: Interpreter[]
  python: {
    phase: 'checking' | 'installing' | 'ready' | 'failed'
    message: string
    detail?: string
    command?: string
  }
  separation: { level: number; word: string; sentence: string; refused?: string }
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
