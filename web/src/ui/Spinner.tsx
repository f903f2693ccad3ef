import styles from './Spinner.module.css'

/** A turning ring. With `page` it stands in the middle and shows only after 200 ms. */
export function Spinner({ label, page }: { label?: string; page?: boolean }) {
  return (
    <span className={page ? styles.page : styles.inline} role={label ? 'status' : undefined}>
      <span className={styles.ring} aria-hidden="true" />
      {label && <span className={page ? undefined : 'visually-hidden'}>{label}…</span>}
    </span>
  )
}
