import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { ApiError } from '../../api/client'
import styles from './TextView.module.css'
import type { TextSource } from './textSource'
import { Working } from './Working'

interface FindTextProps {
  source: TextSource
  /** The row behind or before which it looks first. */
  from: (by: 1 | -1) => number
  onFound: (row: number) => void
}

/** Finds a text, which of a long output takes a while. */
export function FindText({ source, from, onFound }: FindTextProps) {
  const [text, setText] = useState('')
  const { said, share, find, stop } = useFinding(source, onFound)
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'Escape' && share !== undefined) {
      e.stopPropagation()
      stop('stopped')
    }
    if (e.key !== 'Enter') return
    e.preventDefault()
    const by = e.shiftKey ? -1 : 1
    if (text !== '') void find(text, from(by), by)
  }
  return (
    <>
      {share !== undefined && <Working what="Searching" share={share} onCancel={() => stop('stopped')} />}
      <span className={styles.note} role="status">
        {said}
      </span>
      <input
        className={styles.find}
        type="search"
        placeholder="Find"
        aria-label="Find in this output; Enter for the next, Shift and Enter for the one before"
        value={text}
        onChange={(e) => {
          setText(e.target.value)
          stop('')
        }}
        onKeyDown={onKey}
      />
    </>
  )
}

/** One search at a time. */
function useFinding(source: TextSource, onFound: (row: number) => void) {
  const [said, setSaid] = useState('')
  const [share, setShare] = useState<number>()
  const current = useRef<AbortController>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a search ends with what it searches
  useEffect(() => () => stop(''), [source])

  const stop = (words: string) => {
    current.current?.abort()
    setShare(undefined)
    setSaid(words)
  }
  const find = async (text: string, from: number, by: 1 | -1) => {
    stop('')
    const control = new AbortController()
    current.current = control
    const { signal } = control
    const progress = (share: number) => !signal.aborted && setShare(share)
    const row = await source.find({ text, from, by }, signal, progress).catch(failed)
    if (signal.aborted) return
    stop(typeof row === 'string' ? row : row < 0 ? 'not found' : `line ${line(source.lineOf(row))}`)
    if (typeof row === 'number') onFound(row)
  }
  return { said, share, find, stop }
}

const line = (i: number) => (i + 1).toLocaleString('en')

function failed(failure: unknown): string {
  return failure instanceof ApiError ? failure.message : 'The search broke off. Try again.'
}
