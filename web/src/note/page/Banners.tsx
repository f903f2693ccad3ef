// What stands above the paragraphs while it is so: no connection, in the trash, only
// readable, Python not ready.
import { useEffect, useRef, useState } from 'react'
import { api } from '../../api/client'
import { useMe } from '../../app/session'
import { connection, useConnection } from '../../socket/live'
import { Banner } from '../../ui/Banner'
import { Button } from '../../ui/Button'
import { CloudOffIcon, LockIcon, TrashIcon, WarningIcon } from '../../ui/icons'
import { toastError } from '../../ui/Toast'
import { loadInterpreters, useInterpreters } from '../interpreters'
import { useSlice } from '../replica/store'
import { ScratchBanner } from '../scratch/ScratchBanner'
import { TryCopyBanner } from '../scratch/TryCopyBanner'
import styles from './Banners.module.css'
import { useClient, useMay, useNote } from './context'

export function Banners() {
  return (
    <div className={styles.stack}>
      <ConnectionBanner />
      <TrashBanner />
      <RightsBanner />
      <ScratchBanner />
      <TryCopyBanner />
      <UnsavedBanner />
      <PythonBanner />
      <SeparationBanner />
    </div>
  )
}

const quiet = 2000
const long = 60_000

/** How long the connection has been away, in the steps that matter here. */
function useAway(): 'no' | 'a while' | 'long' {
  const { phase, lostAt } = useConnection()
  const [, look] = useState(0)
  const away = phase === 'open' || !lostAt ? 0 : Date.now() - lostAt
  useEffect(() => {
    if (phase === 'open' || !lostAt) return
    const timer = setInterval(() => look((n) => n + 1), 1000)
    return () => clearInterval(timer)
  }, [phase, lostAt])
  return away > long ? 'long' : away > quiet ? 'a while' : 'no'
}

function ConnectionBanner() {
  const { open } = useNote()
  const { phase, reason } = useConnection()
  const away = useAway()
  const unsent = useClient((c) => c.texts.unsentCount)
  if (phase === 'stopped' && reason === 'reload')
    return (
      <Banner
        kind="warn"
        icon={<WarningIcon />}
        actions={<Button onClick={() => location.reload()}>Reload</Button>}
      >
        Quire was updated. Reload this page; what you typed is kept.
      </Banner>
    )
  if (phase === 'stopped')
    return (
      <Banner
        kind="error"
        icon={<CloudOffIcon />}
        actions={<Button onClick={() => location.reload()}>Reload</Button>}
      >
        The server ended the connection. What you typed is kept on this computer.
      </Banner>
    )
  if (away === 'no') return null
  return (
    <Banner
      kind="warn"
      icon={<CloudOffIcon />}
      actions={
        away === 'long' && (
          <>
            {unsent > 0 && <Button onClick={() => open('unsaved')}>Copy unsent text</Button>}
            <Button onClick={connection.retryNow}>Retry now</Button>
          </>
        )
      }
    >
      Reconnecting. Your typing is kept on this computer
      {unsent > 0 && `: ${unsent} ${unsent === 1 ? 'paragraph' : 'paragraphs'} not sent yet`}.
    </Banner>
  )
}

function TrashBanner() {
  const { client } = useNote()
  const trashed = useSlice(client.store, 'head', (s) => s.trashed)
  const mayManage = useSlice(client.store, 'head', (s) => s.allowed.has('manage'))
  if (!trashed) return null
  const restore = () => api.post(`/nodes/${client.note}/restore`, {}).catch(toastError)
  return (
    <Banner
      kind="warn"
      icon={<TrashIcon />}
      actions={mayManage && <Button onClick={restore}>Restore</Button>}
    >
      This note is in the trash and cannot be changed or run.
    </Banner>
  )
}

/** Tells that one could write here a moment ago and cannot any more. */
function RightsBanner() {
  const { client } = useNote()
  const mayWrite = useSlice(client.store, 'head', (s) => s.allowed.has('write'))
  const mayRun = useMay('run')
  const could = useRef(mayWrite)
  const [isRead, setRead] = useState(false)
  useEffect(() => {
    if (mayWrite) setRead(false)
    could.current ||= mayWrite
  }, [mayWrite])
  if (mayWrite || isRead || !could.current) return null
  return (
    <Banner kind="warn" icon={<LockIcon />} actions={<Button onClick={() => setRead(true)}>OK</Button>}>
      This note was made {mayRun ? 'run-only' : 'read-only'} for you just now.
    </Banner>
  )
}

function UnsavedBanner() {
  const { open } = useNote()
  const count = useClient((c) => c.unsaved.get().length)
  if (count === 0) return null
  return (
    <Banner
      kind="warn"
      icon={<WarningIcon />}
      actions={<Button onClick={() => open('unsaved')}>Show</Button>}
    >
      {count === 1 ? 'One text of yours was not saved.' : `${count} texts of yours were not saved.`}
    </Banner>
  )
}

function PythonBanner() {
  const asked = useInterpreters()?.python
  const told = useConnection().python
  const mayRun = useMay('run')
  const python = told ?? asked
  if (!python || !mayRun || python.phase === 'ready' || python.phase === 'checking') return null
  const failed = python.phase === 'failed'
  return (
    <Banner kind={failed ? 'error' : 'info'} icon={failed ? <WarningIcon /> : undefined}>
      <p>{python.message}</p>
      {python.detail && <p className={styles.detail}>{python.detail}</p>}
      {python.command && <code>{python.command}</code>}
    </Banner>
  )
}

/** Code is not kept apart, and an administrator has not said that it may run so. */
function SeparationBanner() {
  const refused = useInterpreters()?.separation.refused
  const mayRun = useMay('run')
  const admin = useMe()?.admin
  if (!refused || !mayRun) return null
  const agree = () => api.put('/settings', { unseparated: true }).then(loadInterpreters).catch(toastError)
  return (
    <Banner
      kind="warn"
      icon={<WarningIcon />}
      actions={admin && <Button onClick={agree}>Let code run</Button>}
    >
      {refused}
    </Banner>
  )
}
