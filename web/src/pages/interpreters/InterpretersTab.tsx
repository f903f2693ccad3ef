import { useState } from 'react'
import { api } from '../../api/client'
import type { ConnectionRow, FoundSpec, GatewayRow, InterpreterRow } from '../../api/types'
import { loadInterpreters } from '../../note/interpreters'
import { Button } from '../../ui/Button'
import { PlusIcon } from '../../ui/icons'
import { Skeleton } from '../../ui/Skeleton'
import { ErrorNotice } from '../ErrorNotice'
import page from '../Page.module.css'
import { Section } from '../Section'
import { useLoad } from '../useLoad'
import { InterpreterDialog } from './InterpreterDialog'
import { SetUpRow } from './SetUpRow'
import { usersInWords } from './UsersField'

/** Everything a dialog about an interpreter can name. */
export interface SetUp {
  interpreters: InterpreterRow[]
  found: FoundSpec[]
  connections: ConnectionRow[]
  gateways: GatewayRow[]
}

async function loadSetUp(signal: AbortSignal): Promise<SetUp> {
  const [rows, connections, gateways] = await Promise.all([
    api.get<Pick<SetUp, 'interpreters' | 'found'>>('/admin/interpreters', { signal }),
    api.get<Pick<SetUp, 'connections'>>('/admin/connections', { signal }),
    api.get<Pick<SetUp, 'gateways'>>('/admin/gateways', { signal }),
  ])
  return { ...rows, ...connections, ...gateways }
}

type Open = { row?: InterpreterRow; spec?: FoundSpec }

export function InterpretersTab() {
  const { data, error, reload } = useLoad(loadSetUp)
  const [open, setOpen] = useState<Open | null>(null)
  const changed = () => {
    reload()
    loadInterpreters()
  }
  return (
    <div className={page.form}>
      <div className={page.tools}>
        <p className={page.lead}>
          What the first line %name of a paragraph stands for, and who may use it. Changes count for kernels
          that start later; those that run keep what they have until they are restarted.
        </p>
        <Button kind="primary" disabled={!data} onClick={() => setOpen({})}>
          <PlusIcon />
          New interpreter
        </Button>
      </div>
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {!data && error === undefined && <Skeleton rows={5} height={52} label="Loading interpreters" />}
      {data && data.interpreters.length > 0 && (
        <ul className={page.list} aria-label="Interpreters">
          {data.interpreters.map((row) => (
            <Row
              key={row.id}
              row={row}
              runs={runsIn(row, data)}
              onEdit={() => setOpen({ row })}
              onChanged={changed}
            />
          ))}
        </ul>
      )}
      {data && <Found found={data.found} onChange={(spec) => setOpen({ spec })} />}
      {open && data && (
        <InterpreterDialog
          row={open.row}
          spec={open.spec}
          known={data}
          onClose={() => setOpen(null)}
          onSaved={changed}
        />
      )}
    </div>
  )
}

function runsIn(row: InterpreterRow, known: SetUp): string {
  if (row.kind === 'sql')
    return `connection ${known.connections.find((c) => c.id === row.connection)?.name ?? '?'}`
  if (row.kind === 'kernel') return `kernel ${row.spec}`
  return `${row.spec} on ${known.gateways.find((g) => g.id === row.gateway)?.name ?? '?'}`
}

interface RowProps {
  row: InterpreterRow
  runs: string
  onEdit: () => void
  onChanged: () => void
}

function Row({ row, runs, onEdit, onChanged }: RowProps) {
  const remove = async () => {
    await api.delete(`/admin/interpreters/${row.id}`)
    onChanged()
  }
  return (
    <SetUpRow
      name={`%${row.name}`}
      tags={
        !row.enabled && (
          <span className={page.tag} data-tone="warn">
            Disabled
          </span>
        )
      }
      onEdit={onEdit}
      onRemove={remove}
      removal={
        row.kind === 'kernel'
          ? `Paragraphs that name it do not run any more. If no other interpreter uses the kernel ${row.spec}, it is offered to everyone again under its own name; to keep it from them, disable the interpreter instead.`
          : 'Paragraphs that name it do not run any more.'
      }
    >
      {row.displayName && `${row.displayName} · `}
      {row.aliases.length > 0 && `also ${row.aliases.map((a) => `%${a}`).join(', ')} · `}
      {`${runs} · ${usersInWords(row.users)}`}
    </SetUpRow>
  )
}

/** The kernels of this machine: each is offered by itself until an interpreter decides. */
function Found({ found, onChange }: { found: FoundSpec[]; onChange: (spec: FoundSpec) => void }) {
  return (
    <Section
      title="Found on this machine"
      lead="Jupyter kernels. Each is offered to everyone by itself, unless an interpreter above uses it."
    >
      {found.length === 0 && <p className={page.muted}>No kernel is installed.</p>}
      {found.length > 0 && (
        <ul className={page.list} aria-label="Kernels found">
          {found.map((f) => (
            <li key={f.name} className={page.item} aria-label={f.name}>
              <div className={page.main}>
                <div className={page.name}>{f.displayName || f.name}</div>
                <div className={page.small}>
                  {f.names.length > 0
                    ? `${f.names.map((n) => `%${n}`).join(', ')} · everyone`
                    : `${f.name} · as the interpreters above say`}
                </div>
              </div>
              {f.names.length > 0 && (
                <Button aria-label={`Restrict or change ${f.name}`} onClick={() => onChange(f)}>
                  Change…
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
