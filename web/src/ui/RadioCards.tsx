import { type ReactNode, useId } from 'react'
import styles from './RadioCards.module.css'

export interface RadioCardsProps<T extends string> {
  /** The question. */
  legend: ReactNode
  value: T
  options: readonly { value: T; label: ReactNode; description?: ReactNode }[]
  onChange: (value: T) => void
}

/** A question with a few answers, each with a line that explains it. */
export function RadioCards<T extends string>(props: RadioCardsProps<T>) {
  const { legend, value, options, onChange } = props
  const name = useId()
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{legend}</legend>
      {options.map((o) => (
        <label key={o.value} className={styles.card}>
          <input
            type="radio"
            name={name}
            value={o.value}
            checked={o.value === value}
            onChange={() => onChange(o.value)}
          />
          <span>
            <span className={styles.label}>{o.label}</span>
            {o.description && <span className={styles.description}>{o.description}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
