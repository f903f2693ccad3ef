import styles from './Retry.module.css'

/** Stands where something could not be read. */
export function Retry({ why, onRetry }: { why: string; onRetry?: () => void }) {
  return (
    <span className={styles.failed}>
      Could not be read: {why}
      <button type="button" className={styles.again} onClick={onRetry}>
        Try again
      </button>
    </span>
  )
}
