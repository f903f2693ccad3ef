// The names in a field for people, each with what is known of it.
import { useRef, useState } from 'react'
import type { Principal } from '../api/types'
import { sameName } from './access'
import { foldName, maxNames } from './names'
import { eachOf, findByName } from './people'

export interface Chosen {
  name: string
  /** failed: the server could not be asked. */
  state: 'checking' | 'known' | 'unknown' | 'failed'
  principal?: Principal
}

const lookups = 4

export interface ChosenPeople {
  list: Chosen[]
  /** Adds somebody known, from the list of suggestions. */
  choose: (principal: Principal) => void
  /** Adds names as typed or pasted, and looks them up; returns how many were too many. */
  addNames: (names: string[]) => number
  remove: (name: string) => void
  clear: () => void
  /** Waits until all were looked up. Rejects, in words for the user, unless all are known. */
  settled: () => Promise<Principal[]>
}

/** Those that can be used now. */
export function knownOf(list: Chosen[]): Principal[] {
  return list.flatMap((c) => (c.state === 'known' && c.principal ? [c.principal] : []))
}

export const unknownOf = (list: Chosen[]) => list.filter((c) => c.state === 'unknown').map((c) => c.name)

const notKnown = 'Some names above are not known. Remove or correct them first.'

/** The names in a field; `accepts` says which kinds it takes, others count as unknown. */
export function useChosen(accepts: (principal: Principal) => boolean = () => true): ChosenPeople {
  const [list, setList] = useState<Chosen[]>([])
  // Lookups end at any time: they change the latest list, not the one of a render.
  const latest = useRef(list)
  const pending = useRef<Promise<unknown>>(Promise.resolve())

  const change = (f: (before: Chosen[]) => Chosen[]) => {
    latest.current = f(latest.current)
    setList(latest.current)
  }
  const choose = (principal: Principal) =>
    change((before) => [
      ...before.filter((c) => foldName(c.name) !== foldName(principal.name)),
      { name: principal.name, state: 'known', principal },
    ])
  const addNames = (names: string[]) => {
    const held = new Set(latest.current.map((c) => foldName(c.name)))
    const fresh = names.filter((n) => !held.has(foldName(n)))
    const taken = fresh.slice(0, Math.max(0, maxNames - latest.current.length))
    change((before) => [...before, ...taken.map((name) => ({ name, state: 'checking' as const }))])
    const looked = eachOf(taken, lookups, async (name) => {
      const found = await lookUp(name, accepts)
      change((before) => put(before, name, found))
    })
    pending.current = Promise.all([pending.current, looked])
    return fresh.length - taken.length
  }
  const settled = async () => {
    await pending.current
    if (!latest.current.every((c) => c.state === 'known')) throw new Error(notKnown)
    return knownOf(latest.current)
  }
  const remove = (name: string) => change((before) => before.filter((c) => c.name !== name))
  return { list, choose, addNames, remove, clear: () => change(() => []), settled }
}

async function lookUp(name: string, accepts: (principal: Principal) => boolean): Promise<Chosen> {
  try {
    const principal = await findByName(name)
    if (principal && accepts(principal)) return { name: principal.name, state: 'known', principal }
    return { name, state: 'unknown' }
  } catch {
    return { name, state: 'failed' }
  }
}

/** Puts what was found in the place of the name; whoever is there already stays once. */
function put(list: Chosen[], name: string, found: Chosen): Chosen[] {
  const { principal } = found
  const twice = list.some(
    (c) => c.name !== name && principal && c.principal && sameName(c.principal, principal),
  )
  return list.flatMap((c) => (c.name !== name ? [c] : twice ? [] : [found]))
}
