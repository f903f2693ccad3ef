import { type FormEvent, useState } from 'react'
import styles from './TextView.module.css'

/** Goes to a line, counted from 0, by the number that people count from 1. */
export function GoToLine({ count, onGo }: { count: number; onGo: (line: number) => void }) {
  const [text, setText] = useState('')
  const go = (e: FormEvent) => {
    e.preventDefault()
    const n = Number(text)
    if (n >= 1) onGo(Math.min(count, Math.floor(n)) - 1)
  }
  return (
    <form onSubmit={go}>
      <input
        className={styles.line}
        type="number"
        min={1}
        max={count}
        placeholder="Line"
        aria-label="Go to line"
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
    </form>
  )
}
