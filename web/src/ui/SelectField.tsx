import { type ReactNode, type SelectHTMLAttributes, useId } from 'react'
import { ChevronDownIcon } from './icons'
import styles from './SelectField.module.css'

export interface SelectFieldProps<T extends string>
  extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange' | 'value'> {
  label: ReactNode
  /** Keeps the label for screen readers only. */
  hideLabel?: boolean
  hint?: ReactNode
  value: T
  options: readonly { value: T; label: string }[]
  onChange: (value: T) => void
  /** Without a box until it is pointed at, for use in lists. */
  quiet?: boolean
}

/** A labelled choice of one, with the system's own list. */
export function SelectField<T extends string>(props: SelectFieldProps<T>) {
  const { label, hideLabel, hint, value, options, onChange, quiet, className, ...rest } = props
  const id = useId()
  return (
    <div className={className ? `${styles.field} ${className}` : styles.field}>
      <label htmlFor={id} className={hideLabel ? 'visually-hidden' : styles.label}>
        {label}
      </label>
      <div className={styles.box}>
        <select
          id={id}
          className={quiet ? `${styles.select} ${styles.quiet}` : styles.select}
          value={value}
          onChange={(e) => onChange(e.target.value as T)}
          aria-describedby={hint ? `${id}-hint` : undefined}
          {...rest}
        >
          {options.map((o) => (
            <option key={o.value} value={o.value}>
              {o.label}
            </option>
          ))}
        </select>
        <ChevronDownIcon />
      </div>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}
