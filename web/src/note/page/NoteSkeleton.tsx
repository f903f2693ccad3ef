import styles from './NoteSkeleton.module.css'

/** The shape of a note while it is being opened. */
export function NoteSkeleton() {
  return (
    <div className={styles.note} role="status">
      <span className="visually-hidden">Opening the note…</span>
      {[96, 160, 120].map((height) => (
        <span key={height} className={styles.card} style={{ height }} aria-hidden="true" />
      ))}
    </div>
  )
}
