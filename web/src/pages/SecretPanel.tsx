import { useId, useRef, useState } from 'react'
import { Button } from '../ui/Button'
import { CheckIcon, CopyIcon } from '../ui/icons'
import styles from './SecretPanel.module.css'
import { exactText } from './time'

export interface SecretPanelProps {
  label: string
  secret: string
  /** It is several, one on each line. */
  lines?: boolean
  /** Absent: it works until it is revoked. */
  expiresAt?: string
  /** What to do with it. */
  children: string
}

/** A secret that is shown this once, to be copied. */
export function SecretPanel({ label, secret, lines, expiresAt, children }: SecretPanelProps) {
  const id = useId()
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  const Field = lines ? 'textarea' : 'input'
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    field.current?.select()
    try {
      await navigator.clipboard.writeText(secret)
      setCopied(true)
    } catch {
      // Without https there is no clipboard; the text is selected for copying by hand.
      setCopied(document.execCommand('copy'))
    }
  }
  return (
    <div className={styles.panel}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <div className={styles.row}>
        <Field
          ref={field}
          id={id}
          className={styles.secret}
          rows={lines ? 8 : undefined}
          spellCheck={false}
          readOnly
          value={secret}
          onFocus={() => field.current?.select()}
        />
        <Button onClick={copy}>
          {copied ? <CheckIcon /> : <CopyIcon />}
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      <p className="visually-hidden" role="status">
        {copied && 'Copied'}
      </p>
      <p className={styles.text}>
        {children} {lines ? 'They are' : 'It is'} shown only now
        {expiresAt && `, and ${lines ? 'work' : 'works'} until ${exactText(expiresAt)}`}.
      </p>
    </div>
  )
}
