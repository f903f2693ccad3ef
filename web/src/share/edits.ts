// Changes of who has access: each a function on the access as it stands, so that it
// can be made again on what somebody else made of it meanwhile, and taken back.
import type { Principal, Role } from '../api/types'
import { type Draft, type Entry, everyone, give, replace, sameName, without } from './access'
import { nameOf } from './PrincipalName'
import { roleWords } from './roles'

export interface Edit {
  /** Whose access it changes; nobody's for closing. */
  about: Principal[]
  /** What is so when it is done: a sentence. */
  done: string
  apply: (draft: Draft) => Draft
}

const onEntries = (apply: (entries: Entry[]) => Entry[]) => (draft: Draft) => ({
  ...draft,
  entries: apply(draft.entries),
})

/** Gives a role to each. */
export function giveAll(people: Principal[], role: Role): Edit {
  return {
    about: people,
    done: `${listed(people)} ${roleWords[role].may}.`,
    apply: onEntries((entries) => people.reduce((list, p) => give(list, p, role), entries)),
  }
}

/** Puts another role in an entry's place. */
export function changeRole(entry: Entry, role: Role): Edit {
  return {
    about: [entry.principal],
    done: `${nameOf(entry.principal)} ${roleWords[role].may}.`,
    apply: onEntries((entries) => replace(entries, entry, { ...entry, role })),
  }
}

/** Puts other dates in an entry's place. */
export function changeDates(entry: Entry, startsAt?: string, endsAt?: string): Edit {
  const when = startsAt || endsAt ? 'has other dates' : 'has no dates any more'
  return {
    about: [entry.principal],
    done: `The access of ${nameOf(entry.principal)} ${when}.`,
    apply: onEntries((entries) =>
      replace(entries, entry, { principal: entry.principal, role: entry.role, startsAt, endsAt }),
    ),
  }
}

export function remove(entry: Entry): Edit {
  return {
    about: [entry.principal],
    done: `${nameOf(entry.principal)} was removed.`,
    apply: onEntries((entries) => replace(entries, entry)),
  }
}

/** Makes another one the owner; who had it keeps writing. */
export function passOn(from: Principal, to: Principal): Edit {
  return {
    about: [to, from],
    done: `${nameOf(to)} ${roleWords.owner.may}.`,
    apply: onEntries((entries) => give(give(entries, to, 'owner'), from, 'writer')),
  }
}

/** Keeps out what folders above give, or lets it count again. */
export function setClosed(closed: boolean): Edit {
  return {
    about: [],
    done: closed
      ? 'Only the names listed here have access.'
      : 'Access to the folders above counts here again.',
    apply: (draft) => ({ ...draft, closed }),
  }
}

/** What puts things back as they were before an edit, for those it was about. */
export function undoing(edit: Edit, before: Draft): Edit {
  const isAbout = (e: Entry) => edit.about.some((p) => sameName(p, e.principal))
  const were = before.entries.filter(isAbout)
  return {
    about: edit.about,
    done: 'Taken back.',
    apply: (draft) => ({
      closed: edit.about.length === 0 ? before.closed : draft.closed,
      entries: [...edit.about.reduce((list, p) => without(list, p), draft.entries), ...were],
    }),
  }
}

/** Names in a sentence: a few, and how many more. */
export function listed(people: Principal[]): string {
  const names = people.map((p) => (p.kind === 'everyone' ? everyoneWord : nameOf(p)))
  if (names.length > 3) return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

const everyoneWord = nameOf(everyone)
