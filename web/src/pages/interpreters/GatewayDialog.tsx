import type { GatewayRow } from '../../api/types'
import { TextField } from '../../ui/TextField'
import { type RowDialogProps, SealedField, SetUpDialog, useFields } from './SetUpDialog'

/** Adds a gateway, or changes one. */
export function GatewayDialog({ row, onClose, onSaved }: RowDialogProps<GatewayRow>) {
  const [{ name, url, token }, put] = useFields(() => ({
    name: row?.name ?? '',
    url: row?.url ?? '',
    token: '',
  }))
  return (
    <SetUpDialog
      row={row}
      title={row ? `Change “${row.name}”` : 'New gateway'}
      path="/admin/gateways"
      name={name}
      onName={(next) => put({ name: next })}
      incomplete={!url.trim()}
      body={() => ({
        name: name.trim(),
        url: url.trim(),
        token: token || undefined,
        options: row?.options,
      })}
      onClose={onClose}
      onSaved={onSaved}
    >
      <TextField
        label="Address"
        type="url"
        placeholder="https://gateway.example.org"
        autoComplete="off"
        required
        value={url}
        onChange={(e) => put({ url: e.target.value })}
      />
      <SealedField
        label="Token (optional)"
        isKept={row?.hasToken}
        value={token}
        onChange={(next) => put({ token: next })}
      />
    </SetUpDialog>
  )
}
