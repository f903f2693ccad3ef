// This tab's connection, and hooks on it.
import { useSyncExternalStore } from 'react'
import { subprotocol } from '../wire/types'
import { Connection, type ConnectionState } from './connection'

/** Names this page load: for presence, and never the same in two tabs. */
export const tab = Array.from(crypto.getRandomValues(new Uint8Array(10)), (b) =>
  b.toString(16).padStart(2, '0'),
).join('')

function dial() {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return new WebSocket(`${scheme}://${location.host}/api/v1/socket`, subprotocol)
}

export const connection = new Connection({ dial, build: import.meta.env.MODE, tab })

window.addEventListener('online', connection.retryNow)
window.addEventListener('offline', () => connection.suspect())
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') connection.retryNow()
})

export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.subscribe, connection.getState)
}

/** Calls back whenever the tree of notes may look different; returns what ends that. */
export function onTreeChanged(f: () => void): () => void {
  return connection.listen({ ready: f, frame: (frame) => frame.op === 'TREE' && f() })
}
