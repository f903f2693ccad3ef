import { useState } from 'react'
import { api } from '../../api/client'
import type { Group, Principal } from '../../api/types'
import { useChosen } from '../../share/chosen'
import { PeopleField } from '../../share/PeopleField'
import { nameOf, PrincipalIcon } from '../../share/PrincipalName'
import { useReturnFocus } from '../../share/useReturnFocus'
import { Button } from '../../ui/Button'
import { Chip } from '../../ui/Chip'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { IconButton } from '../../ui/IconButton'
import { EditIcon, TrashIcon } from '../../ui/icons'
import { toast, toastError } from '../../ui/Toast'
import page from '../Page.module.css'
import styles from './GroupCard.module.css'
import { GroupDialog } from './GroupDialog'

export interface GroupCardProps {
  group: Group
  onChanged: (group: Group) => void
  onRemoved: () => void
}

export function GroupCard({ group, onChanged, onRemoved }: GroupCardProps) {
  const [open, setOpen] = useState<'rename' | 'remove' | null>(null)
  useReturnFocus(open === 'remove')
  const removeMember = async (member: Principal) =>
    onChanged(await api.delete<Group>(`/groups/${group.id}/members/${member.id}`))
  const remove = async () => {
    await api.delete(`/groups/${group.id}`)
    toast(`The group “${group.name}” is deleted.`)
    onRemoved()
  }
  const count = group.members.length
  return (
    <section className={styles.card} aria-label={group.name}>
      <header className={styles.head}>
        <div className={page.main}>
          <h2 className={styles.name}>{group.name}</h2>
          <p className={page.small}>
            {group.description && `${group.description} · `}
            {count === 1 ? '1 member' : `${count} members`}
          </p>
        </div>
        <IconButton label={`Rename ${group.name}`} onClick={() => setOpen('rename')}>
          <EditIcon />
        </IconButton>
        <IconButton label={`Delete ${group.name}`} onClick={() => setOpen('remove')}>
          <TrashIcon />
        </IconButton>
      </header>
      {count > 0 && (
        <ul className={page.chips} aria-label={`Members of ${group.name}`}>
          {group.members.map((m) => (
            <li key={m.id}>
              <Chip
                icon={<PrincipalIcon principal={m} size={16} />}
                removeLabel={`Take ${m.name} out of ${group.name}`}
                onRemove={() => removeMember(m).catch(toastError)}
              >
                {nameOf(m)}
              </Chip>
            </li>
          ))}
        </ul>
      )}
      <AddMembers group={group} onChanged={onChanged} />
      {open === 'rename' && <GroupDialog group={group} onClose={() => setOpen(null)} onSaved={onChanged} />}
      <ConfirmDialog
        open={open === 'remove'}
        onOpenChange={() => setOpen(null)}
        title={`Delete the group “${group.name}”?`}
        confirm="Delete"
        danger
        onConfirm={() => remove().catch(toastError)}
      >
        {`Its ${count === 1 ? 'member loses' : `${count} members lose`} what they may do only through the group. This cannot be undone. The accounts and notes stay.`}
      </ConfirmDialog>
    </section>
  )
}

/** A field for more members. They are added one by one, so that nobody else's change is lost. */
function AddMembers({ group, onChanged }: Omit<GroupCardProps, 'onRemoved'>) {
  const isNew = (p: Principal) =>
    (p.kind === 'user' || p.kind === 'group') &&
    p.id !== group.id &&
    !group.members.some((m) => m.id === p.id)
  const people = useChosen((p) => p.kind === 'user' || p.kind === 'group')
  const [busy, setBusy] = useState(false)
  const add = async () => {
    setBusy(true)
    try {
      for (const p of await people.settled()) {
        onChanged(await api.post<Group>(`/groups/${group.id}/members`, { name: p.name }))
        people.remove(p.name)
      }
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
        placeholder="Add members: names, or a list of them"
        people={people}
        accepts={isNew}
      />
      <Button busy={busy} disabled={people.list.length === 0} onClick={add}>
        Add
      </Button>
    </div>
  )
}
