// What code can be run in on this server, fetched once and again when that may have
// changed.
import { useEffect, useSyncExternalStore } from 'react'
import { api } from '../api/client'
import type { Interpreter, Interpreters } from '../api/types'

let known: Interpreters | null = null
let asking = false
const listeners = new Set<() => void>()

export function loadInterpreters() {
  if (asking) return
  asking = true
  api
    .get<Interpreters>('/interpreters')
    .then((answer) => {
      known = answer
      for (const f of [...listeners]) f()
    })
    .catch(() => {}) // the page does without; the next note asks again
    .finally(() => {
      asking = false
    })
}

export const currentInterpreters = () => known?.interpreters ?? none

const none: Interpreters['interpreters'] = []

export function onInterpreters(f: () => void): () => void {
  listeners.add(f)
  return () => {
    listeners.delete(f)
  }
}

/** The list, or null before it has come. */
export function useInterpreters(): Interpreters | null {
  useEffect(() => {
    if (!known) loadInterpreters()
  }, [])
  return useSyncExternalStore(onInterpreters, () => known)
}

/** Whether an interpreter bears a name. */
export function bears(i: Interpreter, name: string): boolean {
  return i.name === name || i.aliases.includes(name)
}
