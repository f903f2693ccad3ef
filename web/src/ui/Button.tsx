import type { ComponentProps } from 'react'
import styles from './Button.module.css'
import { Spinner } from './Spinner'

export interface ButtonProps extends ComponentProps<'button'> {
  /** primary: the one thing to do here; danger: cannot be undone; quiet: without a box. */
  kind?: 'plain' | 'primary' | 'danger' | 'quiet'
  /** Shows that it is being done, and takes no clicks meanwhile. */
  busy?: boolean
}

export function Button({ kind = 'plain', busy, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={[styles.button, styles[kind], className].filter(Boolean).join(' ')}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy && <Spinner />}
      {children}
    </button>
  )
}
