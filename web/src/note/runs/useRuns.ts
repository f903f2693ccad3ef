// The runs a filter chooses, newest first, and live: what is told of runs of the open
// note goes into the list, and a new run has it asked for again.
import { useEffect, useMemo, useState } from 'react'
import { toastError } from '../../ui/Toast'
import type { Run } from '../../wire/types'
import { useNote } from '../page/context'
import { useSlice } from '../replica/store'
import { listRuns, pageSize, type RunFilter, type RunRecord } from './runs'

const over = new Set<Run['state']>(['done', 'error', 'cancelled', 'lost'])

export function useRuns(filter: RunFilter) {
  const { store, note } = useNote().client
  const live = useSlice(store, 'runs', (s) => s.runs)
  const [runs, setRuns] = useState<RunRecord[]>()
  const [names, setNames] = useState(new Map<number, string>())
  const [hasMore, setMore] = useState(false)
  const news = useNews(live)
  const learn = (next: RunRecord[]) =>
    setNames((known) => new Map([...known, ...next.map((r) => [r.by.id, r.by.name] as const)]))

  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter begins anew
  useEffect(() => setRuns(undefined), [note, filter])
  // biome-ignore lint/correctness/useExhaustiveDependencies: news has it asked for again
  useEffect(() => {
    let current = true
    listRuns(note, filter)
      .then((next) => {
        if (!current) return
        setRuns((before) => renewed(before, next))
        setMore((m) => (runs && runs.length > pageSize ? m : next.length === pageSize))
        learn(next)
      })
      .catch(toastError)
    return () => {
      current = false
    }
  }, [note, filter, news])
  const more = async () => {
    const next = await listRuns(note, filter, runs?.at(-1)?.id)
    setRuns((before) => [...(before ?? []), ...next])
    setMore(next.length === pageSize)
    learn(next)
  }
  const shown = useMemo(() => runs?.map((r) => ({ ...r, ...newer(live.get(r.id), r) })), [runs, live])
  return {
    runs: shown,
    people: [...names].filter(([id]) => id).map(([id, label]) => ({ value: String(id), label })),
    more: hasMore ? () => void more().catch(toastError) : undefined,
  }
}

/** Changes when runs begin or end. */
function useNews(live: ReadonlyMap<string, Run>): string {
  return useMemo(() => {
    const ended = [...live.values()].filter((r) => over.has(r.state)).length
    const newest = [...live.keys()].reduce((a, b) => (a > b ? a : b), '')
    return `${newest} ${live.size} ${ended}`
  }, [live])
}

/** The newest page in front of what was listed before. */
function renewed(before: RunRecord[] | undefined, next: RunRecord[]): RunRecord[] {
  const last = next.at(-1)
  if (!before || !last || next.length < pageSize) return next
  return [...next, ...before.filter((r) => r.id < last.id)]
}

/** What is told of a run since it was listed; of one that has ended the record says more. */
function newer(told: Run | undefined, listed: RunRecord): Partial<Run> {
  return told && !over.has(listed.state) ? told : {}
}
