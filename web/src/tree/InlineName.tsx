import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { messageOf } from '../pages/ErrorNotice'
import styles from './InlineName.module.css'

export interface InlineNameProps {
  label: string
  initial?: string
  placeholder?: string
  /** Does it; a failure is shown below and leaves the field open. */
  onCommit: (name: string) => Promise<unknown>
  /** Closes the field, done or not; `byKey` when it was left by Enter or Esc. */
  onClose: (byKey: boolean) => void
}

/** A field in place of a name: Enter takes it, Esc leaves things as they were. */
export function InlineName({ label, initial = '', placeholder, onCommit, onClose }: InlineNameProps) {
  const [name, setName] = useState(initial)
  const [failure, setFailure] = useState<string>()
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const closed = useRef(false) // losing the focus on the way out is no answer
  const errorID = useId()
  useEffect(() => field.current?.select(), [])

  const close = (byKey: boolean) => {
    closed.current = true
    onClose(byKey)
  }
  const commit = async (byKey: boolean) => {
    const wanted = name.trim()
    if (busy || closed.current) return
    if (!wanted || wanted === initial) return close(byKey)
    setBusy(true)
    try {
      await onCommit(wanted)
      close(byKey)
    } catch (e) {
      setFailure(messageOf(e))
      setBusy(false)
      field.current?.focus()
    }
  }
  const onKeyDown = (e: KeyboardEvent) => {
    e.stopPropagation()
    if (e.key === 'Enter') commit(true)
    else if (e.key === 'Escape') close(true)
  }
  return (
    <span className={styles.box}>
      <input
        ref={field}
        className={styles.input}
        aria-label={label}
        aria-invalid={failure ? true : undefined}
        aria-describedby={failure ? errorID : undefined}
        placeholder={placeholder}
        value={name}
        readOnly={busy}
        // biome-ignore lint/a11y/noAutofocus: the field appears because one asked to type here
        autoFocus
        onChange={(e) => setName(e.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => commit(false)}
      />
      {failure && (
        <span id={errorID} className={styles.error} role="alert">
          {failure}
        </span>
      )}
    </span>
  )
}
