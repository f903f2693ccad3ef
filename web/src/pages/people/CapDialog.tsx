// A new cap in two steps: what it is, then whom it takes what from. Only then is it set.
import { useState } from 'react'
import type { NewCap } from '../../api/admin'
import { api } from '../../api/client'
import type { Preview } from '../../api/sharing'
import type { Node } from '../../api/types'
import { useChosen } from '../../share/chosen'
import { PeopleField } from '../../share/PeopleField'
import { PreviewView } from '../../share/PreviewView'
import { newKey } from '../../tree/actions'
import { FolderPicker } from '../../tree/FolderPicker'
import { useTree } from '../../tree/store'
import { Button } from '../../ui/Button'
import { RadioCards } from '../../ui/RadioCards'
import { TextField } from '../../ui/TextField'
import { toast } from '../../ui/Toast'
import { FormDialog } from '../FormDialog'
import page from '../Page.module.css'
import { type CapKind, capKinds, leftText, nodeIn } from './caps'

interface CapDialogProps {
  onClose: () => void
  onSaved: () => void
}

type Where = 'everywhere' | 'folder' | 'address'

const places: readonly { value: Where; label: string; description: string }[] = [
  { value: 'everywhere', label: 'Everywhere', description: 'On all folders and notes.' },
  { value: 'folder', label: 'In a folder you can see', description: 'There and in everything below it.' },
  {
    value: 'address',
    label: 'At an address',
    description: 'Of a note or folder you may not read yourself; its owners can tell you.',
  },
]

export function CapDialog({ onClose, onSaved }: CapDialogProps) {
  const form = useCapForm()
  const [asked, setAsked] = useState<{ cap: NewCap; preview: Preview } | null>(null)
  const preview = async () => {
    const cap = await form.read()
    const change = { kind: 'cap' as const, ...cap }
    setAsked({ cap, preview: await api.post<Preview>('/preview', { change }) })
  }
  const save = async () => {
    if (!asked) return
    await api.post('/caps', asked.cap, { idempotencyKey: newKey() })
    toast('The cap is set and counts at once.')
    onSaved()
    onClose()
  }
  if (asked)
    return (
      <FormDialog key="preview" title="Set this cap?" verb="Set the cap" onClose={onClose} onSubmit={save}>
        <p>
          {leftText(asked.cap.actions)} for everybody in “{form.groupName}”.
        </p>
        <PreviewView preview={asked.preview} />
        <div>
          <Button kind="quiet" onClick={() => setAsked(null)}>
            Back to the form
          </Button>
        </div>
      </FormDialog>
    )
  return (
    <FormDialog
      key="form"
      title="New cap"
      verb="See what it does"
      disabled={!form.ready}
      onClose={onClose}
      onSubmit={preview}
    >
      <CapFields form={form} />
    </FormDialog>
  )
}

const isGroup = (p: { kind: string }) => p.kind === 'group'

function useCapForm() {
  const groups = useChosen(isGroup)
  const [where, setWhere] = useState<Where>('everywhere')
  const [folder, setFolder] = useState<string | null>(null)
  const [address, setAddress] = useState('')
  const [kind, setKind] = useState<CapKind>('run')
  const [reason, setReason] = useState('')
  const node = where === 'folder' ? (folder ?? undefined) : where === 'address' ? nodeIn(address) : undefined
  const read = async (): Promise<NewCap> => {
    const [group, more] = await groups.settled()
    if (!group) throw new Error('Name a group.')
    if (more) throw new Error('A cap is on one group. Make another one for the other.')
    const actions = capKinds.find((k) => k.value === kind)?.actions ?? ['read']
    return { group: { id: group.id }, node, actions, reason: reason.trim() || undefined }
  }
  return {
    groups,
    groupName: groups.list[0]?.name ?? '',
    where,
    setWhere,
    folder,
    setFolder,
    address,
    setAddress,
    kind,
    setKind,
    reason,
    setReason,
    ready: groups.list.length > 0 && (where === 'everywhere' || node !== undefined),
    read,
  }
}

function CapFields({ form }: { form: ReturnType<typeof useCapForm> }) {
  const nodes = useTree().nodes ?? new Map<string, Node>()
  return (
    <div className={page.form}>
      <PeopleField
        label="Group"
        placeholder="Name of a group"
        people={form.groups}
        accepts={isGroup}
        autoFocus
      />
      <RadioCards<CapKind>
        legend="What is left"
        options={capKinds}
        value={form.kind}
        onChange={form.setKind}
      />
      <RadioCards<Where> legend="Where" options={places} value={form.where} onChange={form.setWhere} />
      {form.where === 'folder' && (
        <FolderPicker
          label="Folder"
          nodes={nodes}
          value={form.folder ?? undefined}
          onChange={form.setFolder}
          allow={(id) => id !== null}
        />
      )}
      {form.where === 'address' && (
        <TextField
          label="Address"
          placeholder="https://…/n/… or the id"
          autoComplete="off"
          error={form.address && !nodeIn(form.address) ? 'There is no id in it.' : undefined}
          value={form.address}
          onChange={(e) => form.setAddress(e.target.value)}
        />
      )}
      <TextField
        label="Reason (optional)"
        hint="Members see it where the cap is explained to them."
        autoComplete="off"
        maxLength={1000}
        value={form.reason}
        onChange={(e) => form.setReason(e.target.value)}
      />
    </div>
  )
}
