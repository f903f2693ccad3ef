// The page around everything one sees without being signed in: a card in the middle.
import type { ReactNode } from 'react'
import { Spinner } from '../ui/Spinner'
import styles from './OpenLayout.module.css'
import { usePageTitle } from './usePageTitle'

export interface OpenLayoutProps {
  title: string
  /** One or two sentences below the title. */
  lead?: ReactNode
  children?: ReactNode
  /** Below the card, in small print. */
  footer?: ReactNode
}

export function OpenLayout({ title, lead, children, footer }: OpenLayoutProps) {
  usePageTitle(title)
  return (
    <main className={styles.page}>
      <div className={styles.brand}>
        <img src="/icon.svg" alt="" width={28} height={28} />
        Quire
      </div>
      <div className={styles.card}>
        <h1 className={styles.title}>{title}</h1>
        {lead && <div className={styles.lead}>{lead}</div>}
        {children}
      </div>
      {footer && <div className={styles.footer}>{footer}</div>}
    </main>
  )
}

/** While it is found out what the page is to show. */
export function OpenWaiting() {
  return (
    <main className={styles.page}>
      <Spinner label="Loading" page />
    </main>
  )
}
