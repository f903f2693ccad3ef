import type { ReactNode } from 'react'
import styles from './Banner.module.css'

export interface BannerProps {
  kind?: 'info' | 'warn' | 'error'
  icon?: ReactNode
  children: ReactNode
  /** Buttons at the end. */
  actions?: ReactNode
}

/** A slim message across the page that stays while its reason does. */
export function Banner({ kind = 'info', icon, children, actions }: BannerProps) {
  return (
    <div className={`${styles.banner} ${styles[kind]}`} role={kind === 'error' ? 'alert' : 'status'}>
      {icon}
      <div className={styles.text}>{children}</div>
      {actions}
    </div>
  )
}
