import { useState } from 'react'
import { api } from '../../api/client'
import type { ConnectionRow } from '../../api/types'
import { loadInterpreters } from '../../note/interpreters'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { PlusIcon } from '../../ui/icons'
import { MenuItem } from '../../ui/Menu'
import { Skeleton } from '../../ui/Skeleton'
import { toast, toastError } from '../../ui/Toast'
import { ErrorNotice } from '../ErrorNotice'
import page from '../Page.module.css'
import { useLoad } from '../useLoad'
import { ConnectionDialog } from './ConnectionDialog'
import { SetUpRow } from './SetUpRow'
import { usersInWords } from './UsersField'

const loadConnections = (signal: AbortSignal) =>
  api.get<{ connections: ConnectionRow[] }>('/admin/connections', { signal })

/** Databases that %sql speaks to. */
export function ConnectionsTab() {
  const { data, error, reload } = useLoad(loadConnections)
  const [open, setOpen] = useState<{ row?: ConnectionRow } | null>(null)
  const changed = () => {
    reload()
    loadInterpreters()
  }
  return (
    <div className={page.form}>
      <div className={page.tools}>
        <p className={page.lead}>
          Databases for paragraphs that begin with %sql or %sql(name). Passwords stay in the server: they come
          near no kernel and no browser.
        </p>
        <Button kind="primary" onClick={() => setOpen({})}>
          <PlusIcon />
          New connection
        </Button>
      </div>
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {!data && error === undefined && <Skeleton rows={3} height={52} label="Loading connections" />}
      {data?.connections.length === 0 && (
        <EmptyState title="No connections yet">
          Postgres, MySQL, MariaDB, and SQLite files in notes' own folders.
        </EmptyState>
      )}
      {data && data.connections.length > 0 && (
        <ul className={page.list} aria-label="Connections">
          {data.connections.map((row) => (
            <Row key={row.id} row={row} onEdit={() => setOpen({ row })} onChanged={changed} />
          ))}
        </ul>
      )}
      {open && <ConnectionDialog row={open.row} onClose={() => setOpen(null)} onSaved={changed} />}
    </div>
  )
}

interface RowProps {
  row: ConnectionRow
  onEdit: () => void
  onChanged: () => void
}

function Row({ row, onEdit, onChanged }: RowProps) {
  const [isTesting, setTesting] = useState(false)
  const test = async () => {
    setTesting(true)
    try {
      const { version } = await api.post<{ version: string }>(`/admin/connections/${row.id}/test`)
      toast(`“${row.name}” answers: ${version}`)
    } finally {
      setTesting(false)
    }
  }
  const remove = async () => {
    await api.delete(`/admin/connections/${row.id}`)
    onChanged()
  }
  const place =
    row.driver === 'sqlite' ? `file ${row.database}` : `${row.username}@${row.host}/${row.database}`
  return (
    <SetUpRow
      name={row.name}
      tags={row.readOnly && <span className={page.tag}>Read-only</span>}
      actions={
        <MenuItem disabled={isTesting} onSelect={() => test().catch(toastError)}>
          Test
        </MenuItem>
      }
      onEdit={onEdit}
      onRemove={remove}
      removal={`Paragraphs with %sql(${row.name}) do not run any more. Sessions that are open end with their kernels.`}
    >
      {`%sql(${row.name}) · ${row.driver} · ${place} · ${usersInWords(row.users)}`}
      {isTesting && <span role="status"> · connecting…</span>}
    </SetUpRow>
  )
}
