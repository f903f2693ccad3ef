import { useState } from 'react'
import { api } from '../../api/client'
import type { LinkRole, NewShareLink } from '../../api/sharing'
import type { Node } from '../../api/types'
import { FormDialog } from '../../pages/FormDialog'
import { SecretPanel } from '../../pages/SecretPanel'
import { Banner } from '../../ui/Banner'
import { Button } from '../../ui/Button'
import { CheckField } from '../../ui/CheckField'
import { Dialog } from '../../ui/Dialog'
import { SelectField } from '../../ui/SelectField'
import { TextField } from '../../ui/TextField'
import { datesProblem, timeOf } from '../dates'
import { PreviewOf } from '../PreviewOf'
import { roleWords } from '../roles'
import { useReturnFocus } from '../useReturnFocus'

const linkRoles: LinkRole[] = ['reader', 'runner']
const roles = linkRoles.map((value) => ({ value, label: roleWords[value].can }))

export interface NewLinkDialogProps {
  node: string
  kind: Node['kind']
  /** Links may let in people without an account. */
  anyoneAllowed: boolean
  onClose: () => void
  onCreated: () => void
}

/** Makes a link, and shows its address this once. */
export function NewLinkDialog(props: NewLinkDialogProps) {
  const { node, kind, anyoneAllowed, onClose, onCreated } = props
  const [made, setMade] = useState<NewShareLink>()
  const [label, setLabel] = useState('')
  const [role, setRole] = useState<LinkRole>('reader')
  const [until, setUntil] = useState('')
  const [anyone, setAnyone] = useState(false)
  const endsAt = timeOf(until)
  const problem = datesProblem(undefined, endsAt)
  if (made) return <LinkMade made={made} onClose={onClose} />

  const create = async () => {
    const body = { label: label.trim() || 'Link', role, anyone, endsAt }
    setMade(await api.post<NewShareLink>(`/nodes/${node}/links`, body))
    onCreated()
  }
  return (
    <FormDialog
      title="Create a link"
      description={`Whoever opens it gets into this ${kind} until you revoke it.`}
      verb={anyone ? 'Create link for anyone' : 'Create link'}
      disabled={problem !== ''}
      onClose={onClose}
      onSubmit={create}
    >
      <TextField
        label="Name"
        hint="So that you know later whom it was for."
        placeholder="Link"
        autoComplete="off"
        maxLength={100}
        autoFocus
        value={label}
        onChange={(e) => setLabel(e.target.value)}
      />
      <SelectField
        label="Whoever opens it"
        value={role}
        options={roles}
        onChange={setRole}
        hint={roleWords[role].line}
      />
      <TextField
        label="Until (optional)"
        type="datetime-local"
        value={until}
        onChange={(e) => setUntil(e.target.value)}
        error={problem}
        hint="Your time. Empty: until it is revoked."
      />
      {anyoneAllowed && kind === 'note' && (
        <CheckField
          label="Also people without an account"
          hint="They come in as guests, for twelve hours, and see this note only."
          checked={anyone}
          onChange={setAnyone}
        />
      )}
      {anyone ? (
        <Banner kind="warn">Nobody has to sign in: whoever gets hold of the link sees the note.</Banner>
      ) : (
        <Banner>Anybody with the link who signs in here gains this, not only those you send it to.</Banner>
      )}
      <PreviewOf change={{ kind: 'link', node, role, anyone }} />
    </FormDialog>
  )
}

function LinkMade({ made, onClose }: { made: NewShareLink; onClose: () => void }) {
  useReturnFocus(true)
  const { link, url } = made
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`“${link.label}” is ready`}
      actions={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <SecretPanel label="Address of the link" secret={url} expiresAt={link.endsAt}>
        {link.anyone
          ? 'Send it to whom you like: it opens without an account.'
          : 'Send it to whom you like: they sign in, and are there.'}
      </SecretPanel>
    </Dialog>
  )
}
