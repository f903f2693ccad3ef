import type { FoundSpec, InterpreterKind, InterpreterRow } from '../../api/types'
import { CheckField } from '../../ui/CheckField'
import { SelectField } from '../../ui/SelectField'
import { TextField } from '../../ui/TextField'
import { EnvironmentField, environmentOf, type Variable, variablesOf } from './EnvironmentField'
import type { SetUp } from './InterpretersTab'
import { LimitFields, limitsOf, type Numbers, numbersOf } from './LimitFields'
import { LinesField } from './LinesField'
import { type RowDialogProps, SetUpDialog, useFields } from './SetUpDialog'
import { UsersField, useUsers } from './UsersField'

export interface InterpreterDialogProps extends RowDialogProps<InterpreterRow> {
  /** The kernel a new one begins with. */
  spec?: FoundSpec
  known: SetUp
}

interface Fields {
  name: string
  aliases: string
  displayName: string
  kind: InterpreterKind
  spec: string
  place: string
  args: string
  variables: Variable[]
  limits: Numbers
  enabled: boolean
}

function fieldsOf(row?: InterpreterRow, spec?: FoundSpec): Fields {
  return {
    name: row?.name ?? spec?.name ?? '',
    aliases: row?.aliases.join(' ') ?? '',
    displayName: row?.displayName ?? '',
    kind: row?.kind ?? 'kernel',
    spec: row?.spec ?? spec?.name ?? '',
    place: String(row?.gateway ?? row?.connection ?? ''),
    args: row?.arguments.join('\n') ?? '',
    variables: variablesOf(row?.environment ?? {}),
    limits: numbersOf(row?.limits ?? {}),
    enabled: row?.enabled ?? true,
  }
}

/** Sets an interpreter up, or changes one. */
export function InterpreterDialog({ row, spec, known, onClose, onSaved }: InterpreterDialogProps) {
  const [fields, put] = useFields(() => fieldsOf(row, spec))
  const users = useUsers(row?.users, 'everyone')
  const takesOver = known.found.find(
    (f) => fields.kind === 'kernel' && f.name === fields.spec && f.names.length > 0 && f.name !== fields.name,
  )
  return (
    <SetUpDialog
      row={row}
      title={row ? `Change %${row.name}` : 'New interpreter'}
      path="/admin/interpreters"
      name={fields.name}
      nameHint="What stands behind % in a paragraph's first line."
      onName={(name) => put({ name })}
      body={async () => ({ ...bodyOf(fields), users: await users.settled() })}
      onClose={onClose}
      onSaved={onSaved}
    >
      <SelectField<InterpreterKind>
        label="Runs in"
        value={fields.kind}
        onChange={(kind) => put({ kind, place: '' })}
        options={[
          { value: 'kernel', label: 'A kernel of this machine' },
          { value: 'gateway', label: 'A kernel of a gateway' },
          { value: 'sql', label: 'A database connection' },
        ]}
      />
      <PlaceFields fields={fields} known={known} put={put} />
      {takesOver && (
        <p role="status">
          {`%${takesOver.name} itself is offered to everyone now. Once this is saved it is not: only interpreters of this page offer the kernel.`}
        </p>
      )}
      <UsersField users={users} />
      <TextField
        label="Other names (optional)"
        hint="Separated by blanks, such as spark.pyspark."
        autoComplete="off"
        spellCheck={false}
        value={fields.aliases}
        onChange={(e) => put({ aliases: e.target.value })}
      />
      <TextField
        label="Name in menus (optional)"
        autoComplete="off"
        maxLength={200}
        value={fields.displayName}
        onChange={(e) => put({ displayName: e.target.value })}
      />
      {fields.kind !== 'sql' && (
        <>
          <EnvironmentField variables={fields.variables} onChange={(variables) => put({ variables })} />
          <LinesField
            label="Arguments (optional)"
            hint="Added to the kernel's command line, one to a line."
            value={fields.args}
            onChange={(args) => put({ args })}
          />
        </>
      )}
      <LimitFields
        isKernel={fields.kind !== 'sql'}
        numbers={fields.limits}
        onChange={(limits) => put({ limits })}
      />
      <CheckField
        label="Enabled"
        hint="Disabled, it keeps its names and refuses everyone."
        checked={fields.enabled}
        onChange={(enabled) => put({ enabled })}
      />
    </SetUpDialog>
  )
}

function bodyOf(f: Fields) {
  const isSQL = f.kind === 'sql'
  return {
    name: f.name.trim().replace(/^%/, ''),
    aliases: f.aliases.split(/[\s,]+/).flatMap((a) => (a ? [a.replace(/^%/, '')] : [])),
    displayName: f.displayName.trim(),
    kind: f.kind,
    spec: isSQL ? undefined : f.spec,
    gateway: f.kind === 'gateway' ? Number(f.place) : undefined,
    connection: isSQL ? Number(f.place) : undefined,
    environment: isSQL ? undefined : environmentOf(f.variables),
    arguments: isSQL ? undefined : f.args.split('\n').filter((line) => line !== ''),
    limits: limitsOf(f.limits),
    enabled: f.enabled,
  }
}

interface PlaceFieldsProps {
  fields: Fields
  known: SetUp
  put: (change: Partial<Fields>) => void
}

/** Which kernel, gateway or connection. */
function PlaceFields({ fields, known, put }: PlaceFieldsProps) {
  if (fields.kind === 'kernel') {
    const names = known.found.map((f) => f.name)
    if (fields.spec && !names.includes(fields.spec)) names.unshift(fields.spec)
    return (
      <SelectField
        label="Kernel"
        value={fields.spec}
        onChange={(spec) => put({ spec })}
        options={[{ value: '', label: 'Choose a kernel' }, ...names.map((n) => ({ value: n, label: n }))]}
      />
    )
  }
  const isSQL = fields.kind === 'sql'
  const list: { id: number; name: string }[] = isSQL ? known.connections : known.gateways
  const what = isSQL ? 'Connection' : 'Gateway'
  return (
    <>
      <SelectField
        label={what}
        hint={list.length === 0 ? `There is none yet: add one on the tab ${what}s.` : undefined}
        value={fields.place}
        onChange={(place) => put({ place })}
        options={[
          { value: '', label: `Choose a ${what.toLowerCase()}` },
          ...list.map((x) => ({ value: String(x.id), label: x.name })),
        ]}
      />
      {!isSQL && (
        <TextField
          label="Kernel of the gateway"
          autoComplete="off"
          spellCheck={false}
          required
          value={fields.spec}
          onChange={(e) => put({ spec: e.target.value })}
        />
      )}
    </>
  )
}
