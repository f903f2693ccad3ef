import styles from './Skeleton.module.css'

/** Grey bars where rows are about to be; `label` is what screen readers hear. */
export function Skeleton({ rows, height = 20, label }: { rows: number; height?: number; label: string }) {
  return (
    <div className={styles.stack} role="status">
      <span className="visually-hidden">{label}…</span>
      {Array.from({ length: rows }, (_, i) => i).map((i) => (
        <span
          key={i}
          className={styles.row}
          style={{ height, width: `${100 - ((i * 17) % 30)}%` }}
          aria-hidden="true"
        />
      ))}
    </div>
  )
}
