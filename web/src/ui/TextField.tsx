import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react'
import styles from './TextField.module.css'

export interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: ReactNode
  /** Keeps the label for screen readers only. */
  hideLabel?: boolean
  hint?: ReactNode
  error?: ReactNode
  /** Stands inside, before the text. */
  icon?: ReactNode
  ref?: Ref<HTMLInputElement>
}

/** A labelled input of one line, with a hint and an error that are read out with it. */
export function TextField({ label, hideLabel, hint, error, icon, className, id, ...rest }: TextFieldProps) {
  const own = useId()
  const field = id ?? own
  const about = error ? `${field}-error` : hint ? `${field}-hint` : undefined
  return (
    <div className={className ? `${styles.field} ${className}` : styles.field}>
      <label htmlFor={field} className={hideLabel ? 'visually-hidden' : styles.label}>
        {label}
      </label>
      <div className={styles.box}>
        {icon && <span className={styles.icon}>{icon}</span>}
        <input
          id={field}
          className={icon ? `${styles.input} ${styles.withIcon}` : styles.input}
          aria-invalid={error ? true : undefined}
          aria-describedby={about}
          {...rest}
        />
      </div>
      {error ? (
        <p id={`${field}-error`} className={styles.error} role="alert">
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${field}-hint`} className={styles.hint}>
            {hint}
          </p>
        )
      )}
    </div>
  )
}
