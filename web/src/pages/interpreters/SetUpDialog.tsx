// What the dialogs about interpreters, connections and gateways have in common.
import { type ReactNode, useState } from 'react'
import { api } from '../../api/client'
import { newKey } from '../../tree/actions'
import { TextField } from '../../ui/TextField'
import { FormDialog } from '../FormDialog'

/** The fields of a dialog, and what changes some of them. */
export function useFields<F extends object>(first: () => F): [F, (change: Partial<F>) => void] {
  const [fields, setFields] = useState(first)
  return [fields, (change) => setFields((before) => ({ ...before, ...change }))]
}

/** What every dialog about a row is given. */
export interface RowDialogProps<Row> {
  /** The one to change; absent for a new one. */
  row?: Row
  onClose: () => void
  onSaved: () => void
}

interface SetUpDialogProps extends RowDialogProps<{ id: number }> {
  title: string
  /** Where the API has them all. */
  path: string
  name: string
  nameHint?: string
  onName: (name: string) => void
  /** Something beside the name is missing. */
  incomplete?: boolean
  /** What is sent; what it throws is shown. */
  body: () => object | Promise<object>
  children: ReactNode
}

/** Makes something that has a name, or changes it. */
export function SetUpDialog(props: SetUpDialogProps) {
  const { row, title, path, name, nameHint, onName, incomplete, body, onClose, onSaved, children } = props
  const save = async () => {
    const sent = await body()
    if (row) await api.put(`${path}/${row.id}`, sent)
    else await api.post(path, sent, { idempotencyKey: newKey() })
    onSaved()
    onClose()
  }
  return (
    <FormDialog
      title={title}
      verb={row ? 'Save' : 'Create'}
      disabled={!name.trim() || incomplete}
      onClose={onClose}
      onSubmit={save}
    >
      <TextField
        label="Name"
        hint={nameHint}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus={!row}
        required
        maxLength={64}
        value={name}
        onChange={(e) => onName(e.target.value)}
      />
      {children}
    </FormDialog>
  )
}

interface SealedFieldProps {
  label: string
  /** There is one, which stays unless another is written. */
  isKept?: boolean
  value: string
  onChange: (value: string) => void
}

/** A secret for the server, which never comes back. */
export function SealedField({ label, isKept, value, onChange }: SealedFieldProps) {
  return (
    <TextField
      label={label}
      hint="Stored sealed and not shown again."
      type="password"
      autoComplete="new-password"
      placeholder={isKept ? 'as it is' : undefined}
      value={value}
      onChange={(e) => onChange(e.target.value)}
    />
  )
}
