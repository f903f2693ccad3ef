import { type ReactNode, useState } from 'react'
import styles from './Access.module.css'

export interface FoldProps {
  title: string
  /** How many there are, beside the title. */
  count?: number
  children: ReactNode
}

/** A part of the dialog that is folded away, and asks for nothing until it is opened. */
export function Fold({ title, count, children }: FoldProps) {
  const [open, setOpen] = useState(false)
  return (
    <details className={styles.details} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>
        {title}
        {Boolean(count) && <span className={styles.count}> {count}</span>}
      </summary>
      {open && <div className={styles.folded}>{children}</div>}
    </details>
  )
}
