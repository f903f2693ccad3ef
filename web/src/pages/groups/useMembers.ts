// Changes of who is in a group. What reaches further than the people one has just
// named is shown first, and made when one says so again.
import { useState } from 'react'
import { api } from '../../api/client'
import type { Preview } from '../../api/sharing'
import type { Group, Member, Principal } from '../../api/types'
import { previewMembers, reachesFurther } from './members'

export interface MemberChange {
  title: string
  verb: string
  danger?: boolean
  /** Everybody's names after it. */
  names: string[]
  /** Who is meant. */
  people: readonly Principal[]
  /** Makes it; resolves with the group as it is then. */
  make: () => Promise<Group>
}

export interface PendingChange {
  change: MemberChange
  preview: Preview
}

export function useMembers(group: Group, onChanged: (group: Group) => void) {
  const [pending, setPending] = useState<PendingChange | null>(null)

  const carryOut = async (change: MemberChange) => onChanged(await change.make())
  /** Makes it, or puts it off until one has seen how far it reaches; tells which. */
  const propose = async (change: MemberChange): Promise<boolean> => {
    const preview = await previewMembers(group.id, change.names)
    if (reachesFurther(preview, change.people)) {
      setPending({ change, preview })
      return false
    }
    await carryOut(change)
    return true
  }
  const names = group.members.map((m) => m.name)
  const add = (people: readonly Principal[]) =>
    propose({
      title: `Add to “${group.name}”?`,
      verb: 'Add',
      names: [...names, ...people.map((p) => p.name)],
      people,
      make: () => api.post<Group>(`/groups/${group.id}/members`, { names: people.map((p) => p.name) }),
    })
  const takeOut = (member: Member) =>
    propose({
      title: `Take “${member.displayName || member.name}” out of “${group.name}”?`,
      verb: 'Take out',
      danger: true,
      names: names.filter((n) => n !== member.name),
      people: [member],
      make: () => api.delete<Group>(`/groups/${group.id}/members/${member.id}`),
    })
  const setLeads = async (member: Member, leads: boolean) =>
    onChanged(await api.put<Group>(`/groups/${group.id}/members/${member.id}`, { leads }))
  return { pending, dismiss: () => setPending(null), carryOut, add, takeOut, setLeads }
}
