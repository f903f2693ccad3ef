// What guests see instead of a sidebar and a home page: they have one note, by a link,
// and no account.
import type { Me } from '../api/types'
import { navigate, usePlace } from '../app/router'
import { useTree } from '../tree/store'
import { Button } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'
import { LinkIcon, PersonIcon } from '../ui/icons'
import { toastError } from '../ui/Toast'
import styles from './Guest.module.css'
import { leave } from './leave'
import { RecentNotes } from './RecentNotes'
import { usePageTitle } from './usePageTitle'

/** Who one is here, and what one can do about it. */
export function GuestSidebar({ me }: { me: Me }) {
  const { path } = usePlace()
  return (
    <div className={styles.sidebar}>
      <p className={styles.who}>
        <LinkIcon />
        <strong>{guestName(me)}</strong>
      </p>
      <p>You see one note by a link, without an account. This ends by itself after twelve hours.</p>
      <p>Others who look at it see you as “{me.name}”.</p>
      <Button kind="primary" onClick={() => leave(path).catch(toastError)}>
        <PersonIcon />
        Sign in
      </Button>
      <Button onClick={() => leave().catch(toastError)}>Leave</Button>
    </div>
  )
}

const guestName = (me: Me) => me.displayName || me.name

/** The one note, to go back to. */
export function GuestHome({ me }: { me: Me }) {
  const { nodes } = useTree()
  usePageTitle('Guest')
  if (!nodes) return null
  if (nodes.size === 0)
    return (
      <EmptyState
        icon={<LinkIcon />}
        title="Your link leads nowhere any more"
        action={
          <Button kind="primary" onClick={() => navigate('/sign-in')}>
            Sign in
          </Button>
        }
      >
        It was revoked, or has ended. Ask whoever sent it.
      </EmptyState>
    )
  return (
    <div className={styles.home}>
      <h1>Shared with you</h1>
      <RecentNotes me={me} nodes={nodes} />
    </div>
  )
}
