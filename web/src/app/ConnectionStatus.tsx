import { useEffect } from 'react'
import type { ConnectionState } from '../socket/connection'
import { connection, useConnection } from '../socket/live'
import styles from './ConnectionStatus.module.css'
import { navigate, signInAddress } from './router'
import { setMe } from './session'

/** The connection's state in the status bar; starts the connection. */
export function ConnectionStatus() {
  const state = useConnection()
  useEffect(() => {
    connection.start()
    return () => connection.stop()
  }, [])
  useEffect(() => {
    if (state.reason !== 'signed-out') return
    setMe(null)
    navigate(signInAddress(), { replace: true })
  }, [state.reason])
  const { tone, words } = describe(state)
  return (
    <span className={`${styles.state} ${styles[tone]}`} role="status">
      <span className={styles.dot} aria-hidden="true" />
      <span className={styles.words}>{words}</span>
    </span>
  )
}

function describe({ phase, reason, lostAt }: ConnectionState): {
  tone: 'ok' | 'wait' | 'off'
  words: string
} {
  if (phase === 'open') return { tone: 'ok', words: 'Connected' }
  if (phase === 'stopped' && reason === 'reload') return { tone: 'off', words: 'Reload needed' }
  if (phase === 'stopped') return { tone: 'off', words: 'Disconnected' }
  return { tone: 'wait', words: lostAt ? 'Reconnecting…' : 'Connecting…' }
}
