import { useState } from 'react'
import { api } from '../../api/client'
import type { ConnectionRow, Driver } from '../../api/types'
import { newKey } from '../../tree/actions'
import { CheckField } from '../../ui/CheckField'
import { SelectField } from '../../ui/SelectField'
import { TextField } from '../../ui/TextField'
import { FormDialog } from '../FormDialog'
import { UsersField, useUsers } from './UsersField'

export interface ConnectionDialogProps {
  /** The connection to change; absent for a new one. */
  row?: ConnectionRow
  onClose: () => void
  onSaved: () => void
}

interface Fields {
  name: string
  driver: Driver
  host: string
  port: string
  database: string
  username: string
  password: string
  tls: string
  timeout: string
  readOnly: boolean
}

const fieldsOf = (row?: ConnectionRow): Fields => ({
  name: row?.name ?? '',
  driver: row?.driver ?? 'postgres',
  host: row?.host ?? '',
  port: row?.port ? String(row.port) : '',
  database: row?.database ?? '',
  username: row?.username ?? '',
  password: '',
  tls: row?.options.tls ?? 'prefer',
  timeout: row?.options.timeout ?? '',
  readOnly: row?.readOnly ?? false,
})

/** Adds a connection, or changes one. */
export function ConnectionDialog({ row, onClose, onSaved }: ConnectionDialogProps) {
  const [fields, setFields] = useState(() => fieldsOf(row))
  const users = useUsers(row?.users, 'some')
  const put = (change: Partial<Fields>) => setFields((before) => ({ ...before, ...change }))
  const isFile = fields.driver === 'sqlite'
  const save = async () => {
    const body = { ...bodyOf(fields), users: await users.settled() }
    if (row) await api.put(`/admin/connections/${row.id}`, body)
    else await api.post('/admin/connections', body, { idempotencyKey: newKey() })
    onSaved()
    onClose()
  }
  return (
    <FormDialog
      title={row ? `Change “${row.name}”` : 'New connection'}
      verb={row ? 'Save' : 'Create'}
      disabled={!fields.name.trim() || (isFile ? !fields.database.trim() : !fields.host.trim())}
      onClose={onClose}
      onSubmit={save}
    >
      <TextField
        label="Name"
        hint="As in %sql(name)."
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus={!row}
        required
        maxLength={64}
        value={fields.name}
        onChange={(e) => put({ name: e.target.value })}
      />
      <SelectField<Driver>
        label="Database system"
        value={fields.driver}
        onChange={(driver) => put({ driver })}
        options={[
          { value: 'postgres', label: 'Postgres' },
          { value: 'mysql', label: 'MySQL or MariaDB' },
          { value: 'sqlite', label: 'SQLite' },
        ]}
      />
      {!isFile && <ServerFields fields={fields} put={put} keepsPassword={row?.hasPassword ?? false} />}
      <TextField
        label={isFile ? 'File' : 'Database'}
        hint={isFile ? "In each note's own folder, such as data.db." : undefined}
        autoComplete="off"
        spellCheck={false}
        value={fields.database}
        onChange={(e) => put({ database: e.target.value })}
      />
      <TextField
        label="A run may take, seconds (optional)"
        hint="An hour unless said."
        type="number"
        min={1}
        value={fields.timeout}
        onChange={(e) => put({ timeout: e.target.value })}
      />
      <CheckField
        label="Read-only"
        hint="Sessions begin read-only, against mistakes. What must never happen belongs into the rights of the database's user."
        checked={fields.readOnly}
        onChange={(readOnly) => put({ readOnly })}
      />
      <UsersField users={users} />
    </FormDialog>
  )
}

function bodyOf(f: Fields) {
  const isFile = f.driver === 'sqlite'
  const options: Record<string, string> = {}
  if (f.timeout) options.timeout = f.timeout
  if (!isFile) options.tls = f.tls
  const common = {
    name: f.name.trim(),
    driver: f.driver,
    database: f.database.trim(),
    readOnly: f.readOnly,
    options,
  }
  if (isFile) return common
  return {
    ...common,
    host: f.host.trim(),
    port: Number(f.port) || undefined,
    username: f.username.trim(),
    password: f.password || undefined, // left out: as it is
  }
}

interface ServerFieldsProps {
  fields: Fields
  put: (change: Partial<Fields>) => void
  keepsPassword: boolean
}

function ServerFields({ fields, put, keepsPassword }: ServerFieldsProps) {
  return (
    <>
      <TextField
        label="Host"
        hint="Seen from the server, which makes the connection."
        autoComplete="off"
        spellCheck={false}
        value={fields.host}
        onChange={(e) => put({ host: e.target.value })}
      />
      <TextField
        label="Port (optional)"
        type="number"
        min={1}
        max={65535}
        placeholder={fields.driver === 'mysql' ? '3306' : '5432'}
        value={fields.port}
        onChange={(e) => put({ port: e.target.value })}
      />
      <TextField
        label="User"
        autoComplete="off"
        spellCheck={false}
        value={fields.username}
        onChange={(e) => put({ username: e.target.value })}
      />
      <TextField
        label="Password"
        hint="Stored sealed and not shown again."
        type="password"
        autoComplete="new-password"
        placeholder={keepsPassword ? 'as it is' : undefined}
        value={fields.password}
        onChange={(e) => put({ password: e.target.value })}
      />
      <SelectField
        label="Encryption"
        value={fields.tls}
        onChange={(tls) => put({ tls })}
        options={[
          { value: 'prefer', label: 'If the server has it' },
          { value: 'require', label: 'Required' },
          { value: 'verify-full', label: 'Required, and the certificate is checked' },
          { value: 'disable', label: 'None' },
        ]}
      />
    </>
  )
}
