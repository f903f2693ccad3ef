// The lock: who may do what with a note or a folder.
import { useCallback, useEffect, useState } from 'react'
import { api } from '../api/client'
import type { Grants, Me, Node } from '../api/types'
import { useMe } from '../app/session'
import { ErrorNotice } from '../pages/ErrorNotice'
import { useLoad } from '../pages/useLoad'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { Skeleton } from '../ui/Skeleton'
import { AccessEditor } from './AccessEditor'
import { AccessView } from './AccessView'
import { useReturnFocus } from './useReturnFocus'

export interface ShareDialogProps {
  /** The node whose grants are shown. */
  node: string
  name: string
  kind?: Node['kind']
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Who has access to a node: for its owners to change, for the others to see. */
export function ShareDialog(props: ShareDialogProps) {
  const me = useMe()
  return props.open && me && <OpenDialog {...props} me={me} />
}

function OpenDialog({ node, name, kind = 'note', onOpenChange, me }: ShareDialogProps & { me: Me }) {
  const load = useCallback(
    (signal: AbortSignal) => api.get<Grants>(`/nodes/${node}/grants`, { signal }),
    [node],
  )
  const { data, error, reload } = useLoad(load)
  const slow = useSlow()
  useReturnFocus(true)
  const close = () => onOpenChange(false)
  if (data?.allowed.includes('manage'))
    return <AccessEditor node={node} name={name} kind={kind} me={me} grants={data} onClose={close} />
  if (!data && error === undefined && !slow) return null
  return (
    <Dialog
      open
      onOpenChange={close}
      wide
      title={`Who has access to “${name}”`}
      actions={<Button onClick={close}>Close</Button>}
    >
      {error !== undefined ? (
        <ErrorNotice error={error} onRetry={reload} />
      ) : data ? (
        <AccessView me={me} kind={kind} grants={data} />
      ) : (
        <Skeleton rows={6} height={32} label="Loading who has access" />
      )}
    </Dialog>
  )
}

/** Turns true after a moment: what is there sooner needs no waiting to be shown. */
function useSlow(): boolean {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 250)
    return () => clearTimeout(timer)
  }, [])
  return slow
}
