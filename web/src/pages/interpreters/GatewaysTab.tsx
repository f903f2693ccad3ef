import { useState } from 'react'
import { api } from '../../api/client'
import type { GatewayRow } from '../../api/types'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { PlusIcon } from '../../ui/icons'
import { MenuItem } from '../../ui/Menu'
import { Skeleton } from '../../ui/Skeleton'
import { toast, toastError } from '../../ui/Toast'
import { ErrorNotice } from '../ErrorNotice'
import page from '../Page.module.css'
import { useLoad } from '../useLoad'
import { GatewayDialog } from './GatewayDialog'
import { SetUpRow } from './SetUpRow'

const loadGateways = (signal: AbortSignal) =>
  api.get<{ gateways: GatewayRow[] }>('/admin/gateways', { signal })

/** Servers that start kernels elsewhere. */
export function GatewaysTab() {
  const { data, error, reload } = useLoad(loadGateways)
  const [open, setOpen] = useState<{ row?: GatewayRow } | null>(null)
  return (
    <div className={page.form}>
      <div className={page.tools}>
        <p className={page.lead}>
          Servers that start kernels on other machines: Jupyter Kernel Gateway or Enterprise Gateway. An
          interpreter offers one of their kernels to people.
        </p>
        <Button kind="primary" onClick={() => setOpen({})}>
          <PlusIcon />
          New gateway
        </Button>
      </div>
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {!data && error === undefined && <Skeleton rows={2} height={52} label="Loading gateways" />}
      {data?.gateways.length === 0 && (
        <EmptyState title="No gateways yet">Kernels run on this machine until there is one.</EmptyState>
      )}
      {data && data.gateways.length > 0 && (
        <ul className={page.list} aria-label="Gateways">
          {data.gateways.map((row) => (
            <Row key={row.id} row={row} onEdit={() => setOpen({ row })} onChanged={reload} />
          ))}
        </ul>
      )}
      {open && <GatewayDialog row={open.row} onClose={() => setOpen(null)} onSaved={reload} />}
    </div>
  )
}

interface RowProps {
  row: GatewayRow
  onEdit: () => void
  onChanged: () => void
}

function Row({ row, onEdit, onChanged }: RowProps) {
  const ask = async () => {
    const { specs } = await api.get<{ specs: { name: string }[] }>(`/admin/gateways/${row.id}/specs`)
    toast(specs.length ? `It has ${specs.map((s) => s.name).join(', ')}.` : 'It has no kernels.')
  }
  const remove = async () => {
    await api.delete(`/admin/gateways/${row.id}`)
    onChanged()
  }
  return (
    <SetUpRow
      name={row.name}
      actions={<MenuItem onSelect={() => ask().catch(toastError)}>List its kernels</MenuItem>}
      onEdit={onEdit}
      onRemove={remove}
      removal="No kernel starts there any more; those that run go on."
    >
      {`${row.url} · ${row.hasToken ? 'with a token' : 'without a token'}`}
    </SetUpRow>
  )
}
