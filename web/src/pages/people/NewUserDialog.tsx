import { useState } from 'react'
import { api } from '../../api/client'
import type { Principal, SecretLink, User } from '../../api/types'
import { useChosen } from '../../share/chosen'
import { PeopleField } from '../../share/PeopleField'
import { newKey } from '../../tree/actions'
import { CheckField } from '../../ui/CheckField'
import { TextField } from '../../ui/TextField'
import { FormDialog } from '../FormDialog'
import { LinkDialog } from './LinkDialog'

const isGroup = (p: Principal) => p.kind === 'group'

/** Makes an account, and shows the link that invites its person. */
export function NewUserDialog({ onClose, onCreated }: { onClose: () => void; onCreated: () => void }) {
  const [name, setName] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [admin, setAdmin] = useState(false)
  const groups = useChosen(isGroup)
  const [made, setMade] = useState<{ user: User; link: SecretLink }>()

  const create = async () => {
    const body = {
      name: name.trim(),
      displayName: displayName.trim() || undefined,
      admin,
      groups: (await groups.settled()).map((g) => g.name),
    }
    setMade(await api.post('/users', body, { idempotencyKey: newKey() }))
    onCreated()
  }
  if (made) return <LinkDialog name={made.user.name} link={made.link} onClose={onClose} />
  return (
    <FormDialog
      title="Add a person"
      description="They choose their password with a link that you send them."
      verb="Add and get a link"
      disabled={!name.trim()}
      onClose={onClose}
      onSubmit={create}
    >
      <TextField
        label="Name"
        hint="They sign in with it: letters, digits and signs."
        autoComplete="off"
        autoCapitalize="none"
        autoFocus
        required
        maxLength={64}
        value={name}
        onChange={(e) => setName(e.target.value)}
      />
      <TextField
        label="Full name (optional)"
        hint="Others see it in place of the name."
        autoComplete="off"
        maxLength={128}
        value={displayName}
        onChange={(e) => setDisplayName(e.target.value)}
      />
      <PeopleField
        label="Groups (optional)"
        placeholder="Names of groups"
        people={groups}
        accepts={isGroup}
      />
      <CheckField
        label="Administrator"
        hint="May add people, change groups and set who sees new notes. Gives no access to notes."
        checked={admin}
        onChange={setAdmin}
      />
    </FormDialog>
  )
}
