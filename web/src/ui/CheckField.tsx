import type { ReactNode } from 'react'
import styles from './CheckField.module.css'

export interface CheckFieldProps {
  label: ReactNode
  /** One line below the label. */
  hint?: ReactNode
  checked: boolean
  disabled?: boolean
  onChange: (checked: boolean) => void
}

/** A labelled box to tick. */
export function CheckField({ label, hint, checked, disabled, onChange }: CheckFieldProps) {
  return (
    <label className={styles.field}>
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(e) => onChange(e.target.checked)}
      />
      <span>
        {label}
        {hint && <span className={styles.hint}>{hint}</span>}
      </span>
    </label>
  )
}
