import type { ReactNode } from 'react'
import styles from './CheckField.module.css'

export interface CheckFieldProps {
  label: ReactNode
  /** One line below the label. */
  hint?: ReactNode
  checked: boolean
  onChange: (checked: boolean) => void
}

/** A labelled box to tick. */
export function CheckField({ label, hint, checked, onChange }: CheckFieldProps) {
  return (
    <label className={styles.field}>
      <input type="checkbox" checked={checked} onChange={(e) => onChange(e.target.checked)} />
      <span>
        {label}
        {hint && <span className={styles.hint}>{hint}</span>}
      </span>
    </label>
  )
}
