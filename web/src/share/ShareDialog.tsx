// The lock: who may do what with a note or a folder.
import { useEffect, useState } from 'react'
import type { Me, Node } from '../api/types'
import { useMe } from '../app/session'
import { ErrorNotice } from '../pages/ErrorNotice'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { Skeleton } from '../ui/Skeleton'
import { AccessEditor } from './AccessEditor'
import { AccessView } from './AccessView'
import { useAccessStore } from './accessStore'
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
  const { store, state } = useAccessStore(node)
  const { grants, error } = state
  const slow = useSlow()
  useReturnFocus(true)
  const close = () => onOpenChange(false)
  if (grants?.allowed.includes('manage')) {
    const editing = { node, name, kind, me, grants, store, state }
    return <AccessEditor {...editing} onClose={close} />
  }
  if (!grants && error === undefined && !slow) return null
  return (
    <Dialog
      open
      onOpenChange={close}
      wide
      title={`Who has access to “${name}”`}
      actions={<Button onClick={close}>Close</Button>}
    >
      {grants ? (
        <AccessView node={node} me={me} kind={kind} grants={grants} />
      ) : error !== undefined ? (
        <ErrorNotice error={error} onRetry={store.load} />
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
