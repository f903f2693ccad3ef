import { Button } from '../../ui/Button'
import styles from './Working.module.css'

/** Something that takes a while and can be stopped; `share` is what is done of it, 0 to 1. */
export function Working({ what, share, onCancel }: { what: string; share: number; onCancel: () => void }) {
  return (
    <span className={styles.working}>
      {what}
      <progress className={styles.progress} max={1} value={share} aria-label={what} />
      <Button kind="quiet" className={styles.cancel} onClick={onCancel}>
        Cancel
      </Button>
    </span>
  )
}
