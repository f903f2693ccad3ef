import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import styles from './Drawer.module.css'
import { IconButton } from './IconButton'
import { CloseIcon } from './icons'

export interface DrawerProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  children: ReactNode
  /** What stands at the lower edge whatever is scrolled. */
  footer?: ReactNode
}

/** A panel at the right edge, on a phone the whole page: focus stays inside, Esc and the cross close it. */
export function Drawer({ open, onOpenChange, title, children, footer }: DrawerProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={styles.scrim} />
        <Radix.Content className={styles.drawer} aria-describedby={undefined}>
          <header className={styles.header}>
            <Radix.Title className={styles.title}>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label="Close">
                <CloseIcon />
              </IconButton>
            </Radix.Close>
          </header>
          <div className={styles.body}>{children}</div>
          {footer && <footer className={styles.footer}>{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
