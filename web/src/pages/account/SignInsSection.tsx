import { useState } from 'react'
import { api } from '../../api/client'
import type { SignIn } from '../../api/types'
import { Button } from '../../ui/Button'
import { Skeleton } from '../../ui/Skeleton'
import { toast, toastError } from '../../ui/Toast'
import { ErrorNotice } from '../ErrorNotice'
import page from '../Page.module.css'
import { Section } from '../Section'
import { useLoad } from '../useLoad'
import { When } from '../When'
import { agentName } from './agent'

const loadBrowsers = async (signal: AbortSignal) => {
  const { signIns } = await api.get<{ signIns: SignIn[] }>('/me/sign-ins', { signal })
  return signIns
    .filter((s) => s.kind === 'browser')
    .sort(
      (a, b) => Number(b.current) - Number(a.current) || Date.parse(b.lastSeenAt) - Date.parse(a.lastSeenAt),
    )
}

/** The browsers one is signed in with, and how to end that. */
export function SignInsSection() {
  const { data, error, reload, setData } = useLoad(loadBrowsers)
  const [busy, setBusy] = useState(false)
  const others = data?.filter((s) => !s.current) ?? []
  const end = async (ended: SignIn[]) => {
    setBusy(true)
    try {
      for (const s of ended) await api.delete(`/me/sign-ins/${s.id}`)
      setData((data ?? []).filter((s) => !ended.includes(s)))
      toast(ended.length === 1 ? 'That browser is signed out.' : `${ended.length} browsers are signed out.`)
    } catch (e) {
      toastError(e)
      reload()
    }
    setBusy(false)
  }
  return (
    <Section
      title="Signed in with"
      lead="End what you do not recognise, and change your password then."
      actions={
        others.length > 1 && (
          <Button busy={busy} onClick={() => end(others)}>
            Sign out all others
          </Button>
        )
      }
    >
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {!data && error === undefined && <Skeleton rows={2} height={48} label="Loading sign-ins" />}
      {data && (
        <ul className={page.list} aria-label="Browsers">
          {data.map((s) => (
            <li key={s.id} className={page.item}>
              <div className={page.main}>
                <div className={page.name}>
                  {agentName(s.label)}
                  {s.current && (
                    <span className={page.tag} data-tone="accent">
                      This browser
                    </span>
                  )}
                </div>
                <div className={page.small}>
                  {s.address && `${s.address} · `}seen <When time={s.lastSeenAt} /> · since{' '}
                  <When time={s.createdAt} />
                </div>
              </div>
              {!s.current && (
                <Button
                  disabled={busy}
                  aria-label={`Sign out ${agentName(s.label)}`}
                  onClick={() => end([s])}
                >
                  Sign out
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
