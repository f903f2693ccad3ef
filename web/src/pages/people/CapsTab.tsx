import { useState } from 'react'
import type { Cap, NewCap } from '../../api/admin'
import { api } from '../../api/client'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { LockIcon, PeopleIcon, PlusIcon } from '../../ui/icons'
import { Skeleton } from '../../ui/Skeleton'
import { toast, toastError } from '../../ui/Toast'
import { ErrorNotice } from '../ErrorNotice'
import page from '../Page.module.css'
import { useLoad } from '../useLoad'
import { When } from '../When'
import { CapDialog } from './CapDialog'
import { leftText, placeText } from './caps'

const loadCaps = (signal: AbortSignal) => api.get<{ caps: Cap[] }>('/caps', { signal })

/** Limits on what groups may do, whatever was granted to their members. */
export function CapsTab() {
  const { data, error, reload } = useLoad(loadCaps)
  const [creating, setCreating] = useState(false)
  const lift = async (cap: Cap) => {
    await api.delete(`/caps/${cap.id}`)
    reload()
    toast(`“${cap.group.name}” is not limited any more: ${placeText(cap)}.`, {
      action: { label: 'Undo', run: () => setAgain(cap).catch(toastError) },
    })
  }
  const setAgain = async ({ group, node, actions, reason }: Cap) => {
    const same: NewCap = { group: { id: group.id }, node: node?.id, actions, reason }
    await api.post('/caps', same)
    reload()
  }
  return (
    <div className={page.form}>
      <div className={page.tools}>
        <p className={page.lead}>
          A cap takes away from everybody in a group, also in groups inside it, what they were granted: in one
          folder or everywhere. It gives nothing.
        </p>
        <Button kind="primary" onClick={() => setCreating(true)}>
          <PlusIcon />
          New cap
        </Button>
      </div>
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {!data && error === undefined && <Skeleton rows={3} height={56} label="Loading caps" />}
      {data?.caps.length === 0 && (
        <EmptyState icon={<LockIcon />} title="No group is limited">
          Cap a class to “Look and run” while it sits an exam, or guests to “Look only”.
        </EmptyState>
      )}
      {data && data.caps.length > 0 && (
        <ul className={page.list} aria-label="Caps">
          {data.caps.map((cap) => (
            <CapRow key={cap.id} cap={cap} onLift={() => lift(cap).catch(toastError)} />
          ))}
        </ul>
      )}
      {creating && <CapDialog onClose={() => setCreating(false)} onSaved={reload} />}
    </div>
  )
}

function CapRow({ cap, onLift }: { cap: Cap; onLift: () => void }) {
  return (
    <li className={page.item} aria-label={`${cap.group.name}: ${placeText(cap)}`}>
      <PeopleIcon />
      <div className={page.main}>
        <div className={page.name}>
          {cap.group.name}
          <span className={page.tag} data-tone="warn">
            {leftText(cap.actions)}
          </span>
        </div>
        <div className={page.small}>
          {placeText(cap)} · {cap.reason && `${cap.reason} · `}by {cap.by}, <When time={cap.at} />
        </div>
      </div>
      <Button aria-label={`Lift the cap on ${cap.group.name}: ${placeText(cap)}`} onClick={onLift}>
        Lift
      </Button>
    </li>
  )
}
