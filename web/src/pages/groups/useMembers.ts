// Changes of who is in a group. What reaches further than the people one has just
// named is shown first, and made when one says so again.
import { api } from '../../api/client'
import type { Group, Member, Principal } from '../../api/types'
import { type Proposal, useProposal } from '../../share/proposal'

type MemberChange = Pick<Proposal, 'title' | 'verb' | 'danger' | 'people'> & {
  /** Everybody's names after it. */
  names: string[]
  /** Makes it; resolves with the group as it is then. */
  make: () => Promise<Group>
}

export function useMembers(group: Group, onChanged: (group: Group) => void) {
  const { pending, propose: look, dismiss } = useProposal()
  const propose = ({ names: members, make, ...rest }: MemberChange): Promise<boolean> =>
    look({
      ...rest,
      description: 'This reaches further than the names in it.',
      change: { kind: 'group', group: group.id, members },
      make: async () => onChanged(await make()),
    })
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
  return { pending, dismiss, add, takeOut, setLeads }
}
