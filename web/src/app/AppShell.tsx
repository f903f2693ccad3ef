// The frame around every page: sidebar, top bar, content and status bar. Pages fill
// the two bars through <TopBar> and <StatusItem>, wherever they are in the tree.
import { createContext, type ReactNode, Suspense, use, useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import { IconButton } from '../ui/IconButton'
import { MenuIcon } from '../ui/icons'
import styles from './AppShell.module.css'
import { ConnectionStatus } from './ConnectionStatus'
import { usePlace } from './router'

interface Slots {
  top: HTMLElement | null
  status: HTMLElement | null
}

const SlotContext = createContext<Slots>({ top: null, status: null })

/** Fills the top bar, right of the sidebar's button. */
export function TopBar({ children }: { children: ReactNode }) {
  const { top } = use(SlotContext)
  return top && createPortal(children, top)
}

/** Adds to the status bar, after the connection's state. */
export function StatusItem({ children }: { children: ReactNode }) {
  const { status } = use(SlotContext)
  return status && createPortal(children, status)
}

const narrow = () => window.matchMedia?.('(max-width: 900px)').matches ?? false

/** Lays out a page of somebody signed in; `sidebar` is the tree of notes. */
export function AppShell({ sidebar, children }: { sidebar: ReactNode; children: ReactNode }) {
  const [open, setOpen] = useState(() => !narrow())
  const [top, setTop] = useState<HTMLElement | null>(null)
  const [status, setStatus] = useState<HTMLElement | null>(null)
  const { path } = usePlace()
  // biome-ignore lint/correctness/useExhaustiveDependencies: going somewhere closes the drawer
  useEffect(() => {
    if (narrow()) setOpen(false)
  }, [path])
  return (
    <SlotContext value={{ top, status }}>
      <a className={styles.skip} href="#content">
        Skip to content
      </a>
      <header className={styles.top}>
        <IconButton
          label={open ? 'Hide sidebar' : 'Show sidebar'}
          aria-expanded={open}
          aria-controls="sidebar"
          onClick={() => setOpen(!open)}
        >
          <MenuIcon />
        </IconButton>
        <div className={styles.slot} ref={setTop} />
      </header>
      <div className={styles.middle}>
        {open && (
          <>
            <nav id="sidebar" className={styles.sidebar} aria-label="Notes">
              <Suspense>{sidebar}</Suspense>
            </nav>
            <button
              type="button"
              className={styles.scrim}
              aria-label="Close sidebar"
              onClick={() => setOpen(false)}
            />
          </>
        )}
        <main id="content" className={styles.content} tabIndex={-1}>
          {children}
        </main>
      </div>
      <footer className={styles.status}>
        <ConnectionStatus />
        <div className={styles.slot} ref={setStatus} />
      </footer>
    </SlotContext>
  )
}
