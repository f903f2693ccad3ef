// The REST API in place of fetch: each test says what its routes answer, and sees
// what was asked.
import { vi } from 'vitest'
import type { FaultCode } from '../api/client'

export interface Call {
  method: string
  path: string
  query: URLSearchParams
  body: unknown
  /** Says whether the asker gave up. */
  signal?: AbortSignal | null
}

type Answer = (call: Call) => unknown

/** Answers by "METHOD /path"; what is no Response becomes the JSON of a 200. */
export type Routes = Record<string, Answer | unknown>

/** What was asked, in order. */
export function fakeApi(routes: Routes): Call[] {
  const calls: Call[] = []
  vi.stubGlobal('fetch', async (address: string, init: RequestInit = {}) => {
    const url = new URL(address, 'http://quire.test')
    const path = url.pathname.replace('/api/v1', '')
    const method = init.method ?? 'GET'
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : init.body
    const call = { method, path, query: url.searchParams, body, signal: init.signal }
    calls.push(call)
    const route = routes[`${method} ${path}`]
    if (route === undefined) return refusal(404, 'not_found', `no fake answers ${method} ${path}`)
    const answer: unknown = await unlessAborted(
      typeof route === 'function' ? route(call) : route,
      init.signal,
    )
    if (answer instanceof Response) return answer
    return Response.json(answer)
  })
  return calls
}

/** What comes, or the reason of who gave up waiting for it. */
function unlessAborted(answer: unknown, signal: AbortSignal | null | undefined): Promise<unknown> {
  if (!signal) return Promise.resolve(answer)
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave)
    Promise.resolve(answer)
      .finally(() => signal.removeEventListener('abort', leave))
      .then(resolve, reject)
  })
}

export function refusal(status: number, code: FaultCode, message: string, details?: unknown): Response {
  return Response.json({ code, message, details, request: 'req-1' }, { status })
}

/** An answer without a body. */
export const done = () => new Response(null, { status: 204 })

/** As when the server is away. */
export const away = (): never => {
  throw new TypeError('Failed to fetch')
}
