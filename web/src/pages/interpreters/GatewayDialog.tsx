import { useState } from 'react'
import { api } from '../../api/client'
import type { GatewayRow } from '../../api/types'
import { newKey } from '../../tree/actions'
import { TextField } from '../../ui/TextField'
import { FormDialog } from '../FormDialog'

export interface GatewayDialogProps {
  /** The gateway to change; absent for a new one. */
  row?: GatewayRow
  onClose: () => void
  onSaved: () => void
}

/** Adds a gateway, or changes one. */
export function GatewayDialog({ row, onClose, onSaved }: GatewayDialogProps) {
  const [name, setName] = useState(row?.name ?? '')
  const [url, setURL] = useState(row?.url ?? '')
  const [token, setToken] = useState('')
  const save = async () => {
    const body = { name: name.trim(), url: url.trim(), token: token || undefined, options: row?.options }
    if (row) await api.put(`/admin/gateways/${row.id}`, body)
    else await api.post('/admin/gateways', body, { idempotencyKey: newKey() })
    onSaved()
    onClose()
  }
  return (
    <FormDialog
      title={row ? `Change “${row.name}”` : 'New gateway'}
      verb={row ? 'Save' : 'Create'}
      disabled={!name.trim() || !url.trim()}
      onClose={onClose}
      onSubmit={save}
    >
      <TextField
        label="Name"
        autoComplete="off"
        autoFocus={!row}
        required
        maxLength={64}
        value={name}
        onChange={(e) => setName(e.target.value)}
      />
      <TextField
        label="Address"
        type="url"
        placeholder="https://gateway.example.org"
        autoComplete="off"
        required
        value={url}
        onChange={(e) => setURL(e.target.value)}
      />
      <TextField
        label="Token (optional)"
        hint="Stored sealed and not shown again."
        type="password"
        autoComplete="new-password"
        placeholder={row?.hasToken ? 'as it is' : undefined}
        value={token}
        onChange={(e) => setToken(e.target.value)}
      />
    </FormDialog>
  )
}
