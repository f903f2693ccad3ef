import { type FormEvent, useState } from 'react'
import { api } from '../../api/client'
import type { Principal, SecretLink, User } from '../../api/types'
import { isSettled, knownOf, useChosen } from '../../share/chosen'
import { PeopleField } from '../../share/PeopleField'
import { useReturnFocus } from '../../share/useReturnFocus'
import { newKey } from '../../tree/actions'
import { Button } from '../../ui/Button'
import { CheckField } from '../../ui/CheckField'
import { Dialog } from '../../ui/Dialog'
import { TextField } from '../../ui/TextField'
import { ErrorNotice } from '../ErrorNotice'
import page from '../Page.module.css'
import { LinkDialog } from './LinkDialog'

const isGroup = (p: Principal) => p.kind === 'group'

/** Makes an account, and shows the link that invites its person. */
export function NewUserDialog({ onClose, onCreated }: { onClose: () => void; onCreated: () => void }) {
  const [name, setName] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [admin, setAdmin] = useState(false)
  const groups = useChosen(isGroup)
  const [made, setMade] = useState<{ user: User; link: SecretLink }>()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  useReturnFocus(true)

  const create = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      const body = {
        name: name.trim(),
        displayName: displayName.trim() || undefined,
        admin,
        groups: knownOf(groups.list).map((g) => g.name),
      }
      setMade(await api.post('/users', body, { idempotencyKey: newKey() }))
      onCreated()
    } catch (e) {
      setError(e)
      setBusy(false)
    }
  }
  if (made) return <LinkDialog name={made.user.name} link={made.link} onClose={onClose} />
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add a person"
      description="They choose their password with a link that you send them."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            type="submit"
            form="new-user"
            busy={busy}
            disabled={!name.trim() || !isSettled(groups.list)}
          >
            Add and get a link
          </Button>
        </>
      }
    >
      <form id="new-user" className={page.form} onSubmit={create}>
        <TextField
          label="Name"
          hint="They sign in with it: letters, digits and signs."
          autoComplete="off"
          autoFocus
          autoCapitalize="none"
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
        {error !== undefined && <ErrorNotice error={error} />}
      </form>
    </Dialog>
  )
}
