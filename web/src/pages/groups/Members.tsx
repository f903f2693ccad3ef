import { useState } from 'react'
import type { Group, Principal } from '../../api/types'
import { useChosen } from '../../share/chosen'
import { PeopleField } from '../../share/PeopleField'
import { ProposalReview } from '../../share/ProposalReview'
import { Button } from '../../ui/Button'
import { toastError } from '../../ui/Toast'
import { MemberList } from './MemberList'
import styles from './Members.module.css'
import { PasteDialog } from './PasteDialog'
import { useMembers } from './useMembers'

export interface MembersProps {
  group: Group
  onChanged: (group: Group) => void
}

/** Who is in a group, and how that is changed, for administrators and leaders alike. */
export function Members({ group, onChanged }: MembersProps) {
  const members = useMembers(group, onChanged)
  const [pasting, setPasting] = useState(false)
  return (
    <>
      <MemberList
        group={group}
        onLeads={(m, leads) => members.setLeads(m, leads).catch(toastError)}
        onTakeOut={(m) => members.takeOut(m).catch(toastError)}
      />
      <AddMembers group={group} onAdd={members.add} onPaste={() => setPasting(true)} />
      {pasting && <PasteDialog group={group} onClose={() => setPasting(false)} onSaved={onChanged} />}
      {members.pending && <ProposalReview pending={members.pending} onClose={members.dismiss} />}
    </>
  )
}

interface AddMembersProps {
  group: Group
  onAdd: (people: Principal[]) => Promise<boolean>
  onPaste: () => void
}

/** A field for more members, people and groups. */
function AddMembers({ group, onAdd, onPaste }: AddMembersProps) {
  const isNew = (p: Principal) =>
    (p.kind === 'user' || p.kind === 'group') &&
    p.id !== group.id &&
    !group.members.some((m) => m.id === p.id)
  const people = useChosen((p) => p.kind === 'user' || p.kind === 'group')
  const [busy, setBusy] = useState(false)
  const add = async () => {
    setBusy(true)
    try {
      await onAdd(await people.settled())
      people.clear()
    } catch (e) {
      toastError(e)
    }
    setBusy(false)
  }
  return (
    <div className={styles.add}>
      <PeopleField
        label={`Add members to ${group.name}`}
        hideLabel
        placeholder="Add people or groups"
        people={people}
        accepts={isNew}
      />
      <Button busy={busy} disabled={people.list.length === 0} onClick={add}>
        Add
      </Button>
      <Button onClick={onPaste}>
        Paste a list…<span className="visually-hidden"> into {group.name}</span>
      </Button>
    </div>
  )
}
