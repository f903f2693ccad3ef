import { useEffect, useState } from 'react'
import type { Principal, UserRef } from '../../api/types'
import { type ChosenPeople, useChosen } from '../../share/chosen'
import { PeopleField } from '../../share/PeopleField'
import { RadioCards } from '../../ui/RadioCards'

export const isUser = (p: Principal) => p.kind === 'user' || p.kind === 'group'

/** Everyone, by the server's name for all who are signed in. */
const everyone = { name: 'everyone' }

export interface Users {
  reach: 'everyone' | 'some'
  setReach: (reach: 'everyone' | 'some') => void
  people: ChosenPeople
  /** Those chosen as the server takes them. Rejects while a name is not known. */
  settled: () => Promise<({ id: number } | { name: string })[]>
}

/** Who may use something, beginning with those who may now. */
export function useUsers(now: UserRef[] | undefined, byDefault: 'everyone' | 'some'): Users {
  const isOpen = now ? now.some((u) => u.kind === 'everyone') : byDefault === 'everyone'
  const [reach, setReach] = useState<'everyone' | 'some'>(isOpen ? 'everyone' : 'some')
  const people = useChosen(isUser)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what it begins with
  useEffect(() => {
    for (const u of now ?? []) if (u.kind !== 'everyone') people.choose(u)
  }, [])
  const settled = async () =>
    reach === 'everyone' ? [everyone] : (await people.settled()).map((p) => ({ id: p.id }))
  return { reach, setReach, people, settled }
}

export function UsersField({ users }: { users: Users }) {
  return (
    <>
      <RadioCards
        legend="Who may use it?"
        value={users.reach}
        onChange={users.setReach}
        options={[
          { value: 'everyone', label: 'Everyone with an account' },
          { value: 'some', label: 'Only those named', description: 'Administrators always may.' },
        ]}
      />
      {users.reach === 'some' && (
        <PeopleField
          label="People and groups"
          placeholder="Names, or a list of them"
          people={users.people}
          accepts={isUser}
        />
      )}
    </>
  )
}

/** Who may use something, in a few words. */
export function usersInWords(users: UserRef[]): string {
  if (users.some((u) => u.kind === 'everyone')) return 'everyone'
  if (users.length === 0) return 'administrators only'
  const names = users.slice(0, 3).map((u) => u.displayName || u.name)
  return users.length > 3 ? `${names.join(', ')} and ${users.length - 3} more` : names.join(', ')
}
