// Finding the users and groups that names stand for.
import { api } from '../api/client'
import type { Principal } from '../api/types'
import { everyone } from './access'
import { foldName } from './names'

/** Users and groups whose name begins with the query; at most `limit`. */
export async function searchPeople(query: string, limit: number, signal?: AbortSignal): Promise<Principal[]> {
  const { people } = await api.get<{ people: Principal[] }>('/people', { query: { query, limit }, signal })
  return people
}

/** The one that bears the name, or undefined. */
export async function findByName(name: string): Promise<Principal | undefined> {
  const wanted = foldName(name)
  if (wanted === everyone.name) return everyone
  const found = await searchPeople(name, 50)
  return found.find((p) => foldName(p.name) === wanted)
}

/** Does a piece of work for each, `width` at a time. */
export async function eachOf<T>(items: T[], width: number, work: (item: T) => Promise<void>) {
  const rest = [...items]
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
}
