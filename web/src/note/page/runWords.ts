// Runs in words.
import type { Run } from '../../wire/types'

/** How long something took, as people say it. */
export function duration(ms: number): string {
  const tenths = Math.round(Math.max(0, ms) / 100)
  if (tenths < 100) return `${(tenths / 10).toFixed(1)} s`
  const s = Math.round(tenths / 10)
  if (s < 60) return `${s} s`
  const m = Math.floor(s / 60)
  return m < 60 ? `${m} min ${s % 60} s` : `${Math.floor(m / 60)} h ${m % 60} min`
}

export function took(run: Run): string {
  if (!run.sentAt || !run.endedAt) return ''
  const ms = Date.parse(run.endedAt) - Date.parse(run.sentAt)
  return ms < 1000 ? `${Math.max(0, Math.round(ms))} ms` : duration(ms)
}

/** Where a result is from that nobody ran in this note. */
export function originOf(run: Pick<Run, 'copied'>): string {
  return run.copied ? 'Result copied with the note' : 'Imported result'
}

/** A time of day, with the date when it is not today. */
export function when(at: string, now = new Date()): string {
  const t = new Date(at)
  const time = t.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  if (t.toDateString() === now.toDateString()) return time
  const sameYear = t.getFullYear() === now.getFullYear()
  const date = t.toLocaleDateString([], {
    day: 'numeric',
    month: 'short',
    ...(!sameYear && { year: 'numeric' }),
  })
  return `${date}, ${time}`
}

export type RunWord =
  | 'ready'
  | 'starting'
  | 'queued'
  | 'running'
  | 'finished'
  | 'error'
  | 'cancelled'
  | 'lost'

const words: Record<Run['state'], RunWord> = {
  queued: 'queued',
  sent: 'running',
  done: 'finished',
  error: 'error',
  cancelled: 'cancelled',
  lost: 'lost',
}

/** Where a paragraph stands. */
export function stateWord(run: Run | undefined, isStarting: boolean): RunWord {
  if (isStarting) return 'starting'
  return run ? words[run.state] : 'ready'
}
