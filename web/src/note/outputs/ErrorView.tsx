import { useMemo, useState } from 'react'
import { Button } from '../../ui/Button'
import type { Traceback } from '../../wire/types'
import styles from './ErrorView.module.css'
import { LineView } from './LineView'
import { TextBuffer, textOfLine } from './textBuffer'

const folded = 8

/** An exception: what and why at the top, the way there folded to its end. */
export function ErrorView({ error }: { error: Traceback }) {
  const [open, setOpen] = useState(false)
  const lines = useMemo(() => linesOf(error), [error])
  const isLong = lines.length > folded + 4
  const shown = isLong && !open ? lines.slice(-folded) : lines
  return (
    <div className={styles.error}>
      <p className={styles.what}>
        <strong>{error.name}</strong>
        {error.value && `: ${error.value}`}
      </p>
      {isLong && (
        <Button kind="quiet" className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show only the end' : `Show ${lines.length - folded} more lines above`}
        </Button>
      )}
      {lines.length > 0 && (
        <pre className={styles.lines}>
          {shown.map((l, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
            <div key={i} className={styles.line}>
              <LineView line={l} />
            </div>
          ))}
        </pre>
      )}
    </div>
  )
}

function linesOf({ traceback, name, value }: Traceback) {
  const buffer = new TextBuffer()
  buffer.append((traceback ?? []).join('\n'))
  const lines = buffer.lines.filter((l, i) => i > 0 || !/^-*$/.test(textOfLine(l)))
  // The last line of a traceback says again what stands above it.
  const repeats = textOfLine(lines.at(-1) ?? '').startsWith(`${name}: ${value}`.split('\n')[0] ?? '')
  const kept = repeats ? lines.slice(0, -1) : lines
  const end = kept.findLastIndex((l) => textOfLine(l).trim() !== '')
  return kept.slice(0, end + 1)
}
