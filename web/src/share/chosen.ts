// The names in a field for people, each with what is known of it.
import { type Dispatch, type SetStateAction, useState } from 'react'
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
}

/** Those that can be used now. */
export function knownOf(list: Chosen[]): Principal[] {
  return list.flatMap((c) => (c.state === 'known' && c.principal ? [c.principal] : []))
}

export const unknownOf = (list: Chosen[]) => list.filter((c) => c.state === 'unknown').map((c) => c.name)

export const isSettled = (list: Chosen[]) => list.every((c) => c.state === 'known')

/** The names in a field; `accepts` says which kinds it takes, others count as unknown. */
export function useChosen(accepts: (principal: Principal) => boolean = () => true): ChosenPeople {
  const [list, setList] = useState<Chosen[]>([])
  const choose = (principal: Principal) =>
    setList((before) => [
      ...before.filter((c) => foldName(c.name) !== foldName(principal.name)),
      { name: principal.name, state: 'known', principal },
    ])
  const addNames = (names: string[]) => {
    const held = new Set(list.map((c) => foldName(c.name)))
    const fresh = names.filter((n) => !held.has(foldName(n)))
    const taken = fresh.slice(0, Math.max(0, maxNames - list.length))
    setList((before) => [...before, ...taken.map((name) => ({ name, state: 'checking' as const }))])
    eachOf(taken, lookups, (name) => check(name, accepts, setList))
    return fresh.length - taken.length
  }
  const remove = (name: string) => setList((before) => before.filter((c) => c.name !== name))
  return { list, choose, addNames, remove, clear: () => setList([]) }
}

async function check(
  name: string,
  accepts: (principal: Principal) => boolean,
  setList: Dispatch<SetStateAction<Chosen[]>>,
) {
  const found = await findByName(name).then(
    (principal): Chosen =>
      principal && accepts(principal)
        ? { name: principal.name, state: 'known', principal }
        : { name, state: 'unknown' },
    (): Chosen => ({ name, state: 'failed' }),
  )
  setList((before) => {
    const twice = before.some(
      (c) => c.name !== name && c.principal && found.principal && sameName(c.principal, found.principal),
    )
    return before.flatMap((c) => (c.name !== name ? [c] : twice ? [] : [found]))
  })
}
