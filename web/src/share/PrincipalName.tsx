import type { Principal } from '../api/types'
import { Avatar } from '../ui/Avatar'
import { LinkIcon, PeopleIcon } from '../ui/icons'
import styles from './PrincipalName.module.css'

const everyoneText = 'Everyone who signs in'

/** How a principal is called in sentences and buttons. */
export function nameOf(principal: Principal): string {
  if (principal.kind === 'link' && !principal.name) return 'Whoever opens it'
  return principal.kind === 'everyone' ? everyoneText : principal.displayName || principal.name
}

export function PrincipalIcon({ principal, size = 24 }: { principal: Principal; size?: number }) {
  if (principal.kind === 'user') {
    return (
      <span aria-hidden="true" className={styles.avatar}>
        <Avatar id={principal.id} name={principal.displayName || principal.name} size={size} />
      </span>
    )
  }
  return (
    <span className={styles.icon} data-kind={principal.kind} style={{ width: size, height: size }}>
      {principal.kind === 'link' ? <LinkIcon /> : <PeopleIcon />}
    </span>
  )
}

/** Icon and name; the name one signs in with stands behind a display name. */
export function PrincipalName({ principal, isMe }: { principal: Principal; isMe?: boolean }) {
  const shown = nameOf(principal)
  return (
    <span className={styles.principal}>
      <PrincipalIcon principal={principal} />
      <span className={styles.names}>
        <span className={styles.name}>
          {shown}
          {isMe && <span className={styles.extra}> (you)</span>}
        </span>
        {principal.disabled && <span className={styles.extra}>Disabled account</span>}
        {principal.kind === 'group' && <span className={styles.extra}>Group</span>}
        {principal.kind === 'user' && shown !== principal.name && (
          <span className={styles.extra}>{principal.name}</span>
        )}
      </span>
    </span>
  )
}
