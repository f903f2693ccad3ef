import type { ConnectionRow, Driver } from '../../api/types'
import { CheckField } from '../../ui/CheckField'
import { SelectField } from '../../ui/SelectField'
import { TextField } from '../../ui/TextField'
import { type RowDialogProps, SealedField, SetUpDialog, useFields } from './SetUpDialog'
import { UsersField, useUsers } from './UsersField'

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
export function ConnectionDialog({ row, onClose, onSaved }: RowDialogProps<ConnectionRow>) {
  const [fields, put] = useFields(() => fieldsOf(row))
  const users = useUsers(row?.users, 'some')
  const isFile = fields.driver === 'sqlite'
  return (
    <SetUpDialog
      row={row}
      title={row ? `Change “${row.name}”` : 'New connection'}
      path="/admin/connections"
      name={fields.name}
      nameHint="As in %sql(name)."
      onName={(name) => put({ name })}
      incomplete={isFile ? !fields.database.trim() : !fields.host.trim()}
      body={async () => ({ ...bodyOf(fields), users: await users.settled() })}
      onClose={onClose}
      onSaved={onSaved}
    >
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
    </SetUpDialog>
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
      <SealedField
        label="Password"
        isKept={keepsPassword}
        value={fields.password}
        onChange={(password) => put({ password })}
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
