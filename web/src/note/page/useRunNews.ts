// Tells what has become of runs: aloud for one's own, and in the tab's title.
import { useEffect, useRef } from 'react'
import { useMe } from '../../app/session'
import type { Run } from '../../wire/types'
import { useSlice } from '../replica/store'
import { useNote } from './context'
import { took } from './runWords'

const over = new Set(['done', 'error', 'cancelled', 'lost'])

export function useRunNews() {
  const { client, announce } = useNote()
  const me = useMe()?.id
  const runs = useSlice(client.store, 'runs', (s) => s.runs)
  const name = useSlice(client.store, 'head', (s) => s.name)
  const before = useRef(runs)
  useEffect(() => {
    for (const run of runs.values()) {
      const old = before.current.get(run.id)
      if (old && !over.has(old.state) && over.has(run.state) && run.by.id === me)
        announce(sayEnd(run, client.store.view.order.indexOf(run.paragraph) + 1))
    }
    before.current = runs
  }, [runs, client, announce, me])
  const isRunning = [...runs.values()].some((r) => r.state === 'sent' || r.state === 'queued')
  useEffect(() => {
    document.title = `${isRunning ? '▶ ' : ''}${name} – Quire`
  }, [name, isRunning])
}

function sayEnd(run: Run, place: number): string {
  const which = `Paragraph ${place}`
  if (run.state === 'done') return `${which} finished in ${took(run)}`
  if (run.state === 'error') return `${which} failed`
  return `${which} was ${run.state === 'lost' ? 'lost' : 'cancelled'}`
}
