import { useState } from 'react'
import { api } from '../../api/client'
import type { Group, Principal } from '../../api/types'
import { useChosen } from '../../share/chosen'
import { PeopleField } from '../../share/PeopleField'
import { newKey } from '../../tree/actions'
import { TextField } from '../../ui/TextField'
import { FormDialog } from '../FormDialog'

export interface GroupDialogProps {
  /** The group to change; absent for a new one. */
  group?: Group
  onClose: () => void
  onSaved: (group: Group) => void
}

const isMember = (p: Principal) => p.kind === 'user' || p.kind === 'group'

/** Makes a group, or changes its name and description. */
export function GroupDialog({ group, onClose, onSaved }: GroupDialogProps) {
  const [name, setName] = useState(group?.name ?? '')
  const [description, setDescription] = useState(group?.description ?? '')
  const members = useChosen(isMember)

  const save = async () => {
    const words = { name: name.trim(), description: description.trim() }
    onSaved(group ? await api.patch<Group>(`/groups/${group.id}`, words) : await create(words))
    onClose()
  }
  const create = async (words: Pick<Group, 'name' | 'description'>) => {
    const names = (await members.settled()).map((m) => m.name)
    return api.post<Group>('/groups', { ...words, members: names }, { idempotencyKey: newKey() })
  }
  return (
    <FormDialog
      title={group ? `Change “${group.name}”` : 'New group'}
      verb={group ? 'Save' : 'Create'}
      disabled={!name.trim()}
      onClose={onClose}
      onSubmit={save}
    >
      <TextField
        label="Name"
        autoComplete="off"
        autoFocus
        required
        maxLength={64}
        value={name}
        onChange={(e) => setName(e.target.value)}
      />
      <TextField
        label="Description (optional)"
        autoComplete="off"
        maxLength={1000}
        value={description}
        onChange={(e) => setDescription(e.target.value)}
      />
      {!group && (
        <PeopleField
          label="Members (optional)"
          placeholder="Names, or a list of them"
          people={members}
          accepts={isMember}
        />
      )}
    </FormDialog>
  )
}
