import type { ReactNode } from 'react'
import styles from './Chip.module.css'
import { CloseIcon } from './icons'

export interface ChipProps {
  children: ReactNode
  icon?: ReactNode
  /** Why it is wrong: the chip is marked, and this is its tooltip. */
  error?: string
  /** Adds a button that takes it away; `removeLabel` is what it says. */
  onRemove?: () => void
  removeLabel?: string
}

/** A name among others, which may be taken away. */
export function Chip({ children, icon, error, onRemove, removeLabel }: ChipProps) {
  return (
    <span className={error ? `${styles.chip} ${styles.wrong}` : styles.chip} data-tip={error}>
      {icon}
      <span className={styles.text}>{children}</span>
      {onRemove && (
        <button type="button" className={styles.remove} aria-label={removeLabel} onClick={onRemove}>
          <CloseIcon />
        </button>
      )}
    </span>
  )
}
