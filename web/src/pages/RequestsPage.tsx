import { useCallback } from 'react'
import { api } from '../api/client'
import type { OwnRequest } from '../api/sharing'
import { TopBar } from '../app/AppShell'
import { Link } from '../app/router'
import { RequestRow } from '../share/requests/RequestRow'
import requests from '../share/requests/Requests.module.css'
import { useRequests } from '../share/requests/useRequests'
import { roleWords } from '../share/roles'
import { hrefOf } from '../tree/address'
import { useTree } from '../tree/store'
import { EmptyState } from '../ui/EmptyState'
import { LockIcon } from '../ui/icons'
import { Skeleton } from '../ui/Skeleton'
import { ErrorNotice } from './ErrorNotice'
import { ErrorPage } from './ErrorPage'
import styles from './Page.module.css'
import { Section } from './Section'
import { useLoad } from './useLoad'
import { usePageTitle } from './usePageTitle'
import { When } from './When'

/** Who asks for access to what one manages, and what one has asked for oneself. */
export function RequestsPage() {
  const { data, error, reload, answer } = useRequests()
  usePageTitle('Requests')
  if (error !== undefined && !data) return <ErrorPage error={error} onRetry={reload} />
  return (
    <div className={styles.page}>
      <TopBar>
        <span className={styles.place}>Requests</span>
      </TopBar>
      <h1 className={styles.title}>Requests</h1>
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {!data && <Skeleton rows={4} height={96} label="Loading requests" />}
      {data?.length === 0 && (
        <EmptyState icon={<LockIcon />} title="Nobody waits for your answer">
          When somebody asks for access to a note or folder that you own, it stands here.
        </EmptyState>
      )}
      {data && data.length > 0 && (
        <ul className={requests.list} aria-label="Waiting for your answer">
          {data.map((r) => (
            <RequestRow key={r.id} request={r} showNode onAnswer={answer} />
          ))}
        </ul>
      )}
      <OwnRequests />
    </div>
  )
}

function OwnRequests() {
  const load = useCallback(
    async (signal: AbortSignal) =>
      (await api.get<{ requests: OwnRequest[] }>('/me/requests', { signal })).requests,
    [],
  )
  const { data, error, reload } = useLoad(load)
  const { nodes } = useTree()
  if (error !== undefined) return <ErrorNotice error={error} onRetry={reload} />
  if (!data || data.length === 0) return null
  return (
    <Section title="What you asked for" lead="Asked last first.">
      <ul className={styles.list} aria-label="What you asked for">
        {data.map((r) => (
          <li key={r.id} className={styles.item}>
            <div className={styles.main}>
              <Link
                href={hrefOf(nodes?.get(r.node.id) ?? { ...r.node, kind: 'note' })}
                className={styles.name}
              >
                {r.node.name ?? 'Something you may not read'}
              </Link>
              <div className={styles.small}>
                {roleWords[r.role].can} · asked <When time={r.askedAt} />
                {r.message && ` · ${r.message}`}
              </div>
            </div>
            <span className={styles.tag} data-tone={r.outcome === 'granted' ? 'accent' : undefined}>
              {r.outcome ?? 'waits'}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
