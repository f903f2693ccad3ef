import { type FormEvent, useState } from 'react'
import { api } from '../../api/client'
import type { Group, Principal } from '../../api/types'
import { isSettled, knownOf, useChosen } from '../../share/chosen'
import { PeopleField } from '../../share/PeopleField'
import { useReturnFocus } from '../../share/useReturnFocus'
import { newKey } from '../../tree/actions'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { TextField } from '../../ui/TextField'
import { ErrorNotice } from '../ErrorNotice'
import page from '../Page.module.css'

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
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  useReturnFocus(true)

  const save = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    setError(undefined)
    const words = { name: name.trim(), description: description.trim() }
    try {
      const names = knownOf(members.list).map((m) => m.name)
      onSaved(
        group
          ? await api.patch<Group>(`/groups/${group.id}`, words)
          : await api.post<Group>('/groups', { ...words, members: names }, { idempotencyKey: newKey() }),
      )
      onClose()
    } catch (e) {
      setError(e)
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={group ? `Change “${group.name}”` : 'New group'}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            type="submit"
            form="group"
            busy={busy}
            disabled={!name.trim() || !isSettled(members.list)}
          >
            {group ? 'Save' : 'Create'}
          </Button>
        </>
      }
    >
      <form id="group" className={page.form} onSubmit={save}>
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
        {error !== undefined && <ErrorNotice error={error} />}
      </form>
    </Dialog>
  )
}
