import type { ComponentProps } from 'react'
import styles from './IconButton.module.css'

export interface IconButtonProps extends ComponentProps<'button'> {
  /** What it does: the accessible name and the tooltip. */
  label: string
  /** The shortcut the tooltip shows, such as "Shift+Enter". */
  keys?: string
}

/** A square button with an icon, a name and a tooltip. */
export function IconButton({ label, keys, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      className={className ? `${styles.button} ${className}` : styles.button}
      aria-label={label}
      data-tip={label}
      data-tip-keys={keys}
      {...rest}
    />
  )
}
