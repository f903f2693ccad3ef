// Short messages at the lower edge, one store for the page. What went wrong stays
// until it is closed; the rest leaves by itself, but not under the pointer or focus.
import { DismissableLayer } from 'radix-ui/internal'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Button } from './Button'
import { IconButton } from './IconButton'
import { CloseIcon } from './icons'
import styles from './Toast.module.css'

export interface ToastOptions {
  kind?: 'plain' | 'error'
  action?: { label: string; run: () => void }
}

interface Shown extends ToastOptions {
  id: number
  message: string
}

const lifetime = 7000
const most = 3

let toasts: Shown[] = []
let counter = 0
const listeners = new Set<() => void>()

function set(next: Shown[]) {
  toasts = next
  for (const f of listeners) f()
}

const subscribe = (f: () => void) => {
  listeners.add(f)
  return () => listeners.delete(f)
}

/** Shows a message; returns what takes it away again. */
export function toast(message: string, options: ToastOptions = {}): () => void {
  const id = ++counter
  set([...toasts.filter((t) => t.message !== message), { id, message, ...options }].slice(-most))
  return () => dismiss(id)
}

/** Shows a failure in its own words. */
export function toastError(failure: unknown) {
  toast(failure instanceof Error ? failure.message : String(failure), { kind: 'error' })
}

function dismiss(id: number) {
  set(toasts.filter((t) => t.id !== id))
}

/** The place where toasts appear; once per page. */
export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    // A message may be closed or acted on without leaving the dialog below it: pressing
    // here is not pressing beside that, even when the message is gone by the time it is told.
    <DismissableLayer.Branch asChild>
      <section className={styles.stack} aria-label="Messages" aria-live="polite" data-toasts>
        {shown.map((t) => (
          <ToastView key={t.id} toast={t} />
        ))}
      </section>
    </DismissableLayer.Branch>
  )
}

function ToastView({ toast: t }: { toast: Shown }) {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held || t.kind === 'error') return
    const timer = setTimeout(() => dismiss(t.id), lifetime)
    return () => clearTimeout(timer)
  }, [held, t])
  const act = () => {
    dismiss(t.id)
    t.action?.run()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pausing is a courtesy, nothing to operate
    <div
      className={t.kind === 'error' ? `${styles.toast} ${styles.error}` : styles.toast}
      role={t.kind === 'error' ? 'alert' : undefined}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={styles.message}>{t.message}</span>
      {t.action && (
        <Button kind="quiet" className={styles.action} onClick={act}>
          {t.action.label}
        </Button>
      )}
      <IconButton label="Close message" onClick={() => dismiss(t.id)}>
        <CloseIcon />
      </IconButton>
    </div>
  )
}
