import { navigate, usePlace } from '../app/router'
import { useMe } from '../app/session'
import { AskForm } from '../share/requests/AskForm'
import { Button } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'
import { LockIcon } from '../ui/icons'
import { toastError } from '../ui/Toast'
import { leave } from './leave'

/**
 * In place of what one may not read and of what does not exist. The two look alike:
 * whether something is there is nobody else's business.
 With `ask`, an id, one can ask for access to it.
 */
export function NoAccessPage({ ask }: { ask?: string }) {
  const me = useMe()
  const { path, search } = usePlace()
  if (me?.guest) return <GuestEnd />
  return (
    <EmptyState
      icon={<LockIcon />}
      title="There is nothing here that you may read"
      action={
        <>
          <Button kind="primary" onClick={() => navigate('/')}>
            Go home
          </Button>
          {me && <Button onClick={() => leave(path + search).catch(toastError)}>Use another account</Button>}
        </>
      }
    >
      It may have been deleted, or it has not been shared with you. Ask whoever gave you the address to share
      it with {me ? <strong>{me.name}</strong> : 'you'}.{ask && me && <AskForm node={ask} />}
    </EmptyState>
  )
}

/** A guest sees one note; this was not it, or it is no more. */
function GuestEnd() {
  return (
    <EmptyState
      icon={<LockIcon />}
      title="Guests see only what their link leads to"
      action={
        <Button kind="primary" onClick={() => leave().catch(toastError)}>
          Sign in
        </Button>
      }
    >
      The link may have been revoked or have ended. Ask whoever sent it, or sign in with an account.
    </EmptyState>
  )
}
