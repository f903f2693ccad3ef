import { useId } from 'react'
import styles from './Fields.module.css'

export interface LinesFieldProps {
  label: string
  hint: string
  value: string
  onChange: (value: string) => void
}

/** A labelled field for several lines. */
export function LinesField({ label, hint, value, onChange }: LinesFieldProps) {
  const id = useId()
  return (
    <div className={styles.group}>
      <label htmlFor={id} className={styles.legend}>
        {label}
      </label>
      <textarea
        id={id}
        className={styles.lines}
        rows={2}
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        value={value}
        onChange={(e) => onChange(e.target.value)}
      />
      <p id={`${id}-hint`} className={styles.hint}>
        {hint}
      </p>
    </div>
  )
}
