import { useEffect } from 'react'
import type { MyGroup } from '../api/admin'
import { api } from '../api/client'
import type { Group } from '../api/types'
import { TopBar } from '../app/AppShell'
import { onTreeChanged } from '../socket/live'
import { EmptyState } from '../ui/EmptyState'
import { PeopleIcon } from '../ui/icons'
import { Skeleton } from '../ui/Skeleton'
import { ErrorPage } from './ErrorPage'
import { Members } from './groups/Members'
import styles from './Page.module.css'
import card from './people/GroupCard.module.css'
import { useLoad } from './useLoad'
import { usePageTitle } from './usePageTitle'

const loadOwn = (signal: AbortSignal) => api.get<{ groups: MyGroup[] }>('/me/groups', { signal })

/** The groups one is in; of those one leads also who else is. */
export function GroupsPage() {
  const { data, error, reload, setData } = useLoad(loadOwn)
  usePageTitle('My groups')
  useEffect(() => onTreeChanged(reload), [reload])
  if (error !== undefined && !data) return <ErrorPage error={error} onRetry={reload} />
  const put = (after: Group) => {
    const changed = (g: MyGroup) =>
      g.id === after.id ? { ...g, members: after.members, size: after.members.length } : g
    if (data) setData({ groups: data.groups.map(changed) })
    reload() // one may have given up leading it
  }
  const led = data?.groups.filter((g) => g.leads) ?? []
  const others = data?.groups.filter((g) => !g.leads) ?? []
  return (
    <div className={styles.page}>
      <TopBar>
        <span className={styles.place}>My groups</span>
      </TopBar>
      <h1 className={styles.title}>My groups</h1>
      {!data && <Skeleton rows={4} height={64} label="Loading groups" />}
      {data?.groups.length === 0 && (
        <EmptyState icon={<PeopleIcon />} title="You are in no group">
          Notes that are shared with a group are shared with everybody in it. Administrators make groups.
        </EmptyState>
      )}
      {led.length > 0 && (
        <p className={styles.lead}>You lead these: you say who is in them, and who else leads.</p>
      )}
      {led.map((g) => (
        <section key={g.id} className={card.card} aria-label={g.name}>
          <GroupHead group={g} />
          <Members group={{ ...g, members: g.members ?? [] }} onChanged={put} />
        </section>
      ))}
      {others.length > 0 && led.length > 0 && <p className={styles.lead}>You are in these too.</p>}
      {others.length > 0 && (
        <ul className={styles.list} aria-label="Groups you are in">
          {others.map((g) => (
            <li key={g.id} className={styles.item}>
              <PeopleIcon />
              <GroupHead group={g} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function GroupHead({ group }: { group: MyGroup }) {
  return (
    <div className={styles.main}>
      <h2 className={card.name}>{group.name}</h2>
      <p className={styles.small}>
        {group.description && `${group.description} · `}
        {group.size === 1 ? '1 member' : `${group.size.toLocaleString()} members`}
        {!group.direct && ' · you are in it through another group'}
      </p>
    </div>
  )
}
