import { Button } from '../../ui/Button'
import { LinkIcon } from '../../ui/icons'
import styles from '../Access.module.css'

/** Who gets in by a link, in one line, and what makes one. */
export function LinkLine({ count, onCreate }: { count: number; onCreate: () => void }) {
  return (
    <div className={styles.linkLine}>
      <span className={styles.linkIcon}>
        <LinkIcon />
      </span>
      <p>
        <strong>{count === 0 ? 'No links' : count === 1 ? '1 link' : `${count} links`}</strong>
        <span className={styles.line}>
          {count === 0
            ? 'A link lets in whoever has it and signs in.'
            : 'Anyone signed in with a link has access too.'}
        </span>
      </p>
      <Button onClick={onCreate}>Create link…</Button>
    </div>
  )
}
