// The four roles in words. Zeppelin's names head the lists; what one can do stands
// beside each person.
import type { Role } from '../api/types'

interface RoleWords {
  /** Those who have it. */
  list: string
  can: string
  /** In a sentence about somebody. */
  may: string
  /** One line: what it allows and what it does not. */
  line: string
}

export const roleWords: Record<Role, RoleWords> = {
  owner: {
    list: 'Owners',
    can: 'Can manage',
    may: 'can manage',
    line: 'Can read, run and change it, rename and move it, and decide who has access.',
  },
  writer: {
    list: 'Writers',
    can: 'Can write',
    may: 'can write',
    line: 'Can read, run and change it, and see its history. Cannot decide who has access.',
  },
  runner: {
    list: 'Runners',
    can: 'Can run',
    may: 'can run',
    line: 'Can read it and run what it says. Cannot change it.',
  },
  reader: {
    list: 'Readers',
    can: 'Can read',
    may: 'can read',
    line: 'Can see text and results. Cannot run or change anything.',
  },
}

/** What each role may do, for the table. */
export const abilities: readonly { name: string; roles: readonly Role[] }[] = [
  { name: 'See text', roles: ['owner', 'writer', 'runner', 'reader'] },
  { name: 'See results', roles: ['owner', 'writer', 'runner', 'reader'] },
  { name: 'Run', roles: ['owner', 'writer', 'runner'] },
  { name: 'Change', roles: ['owner', 'writer'] },
  { name: 'Share', roles: ['owner'] },
]
