import { useCallback, useState } from 'react'
import { api } from '../../api/client'
import type { Group } from '../../api/types'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { PeopleIcon, PlusIcon } from '../../ui/icons'
import { Skeleton } from '../../ui/Skeleton'
import { ErrorNotice } from '../ErrorNotice'
import page from '../Page.module.css'
import { useLoad } from '../useLoad'
import { GroupCard } from './GroupCard'
import { GroupDialog } from './GroupDialog'

const loadGroups = (signal: AbortSignal) => api.get<{ groups: Group[] }>('/groups', { signal })

export function GroupsTab() {
  const { data, error, reload, setData } = useLoad(loadGroups)
  const [creating, setCreating] = useState(false)
  const put = useCallback(
    (group: Group) => data && setData({ groups: data.groups.map((g) => (g.id === group.id ? group : g)) }),
    [data, setData],
  )
  return (
    <div className={page.form}>
      <div className={page.tools}>
        <p className={page.lead}>
          A group can be given access to notes like a person. Members are users and other groups.
        </p>
        <Button kind="primary" onClick={() => setCreating(true)}>
          <PlusIcon />
          New group
        </Button>
      </div>
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {!data && error === undefined && <Skeleton rows={4} height={64} label="Loading groups" />}
      {data?.groups.length === 0 && (
        <EmptyState icon={<PeopleIcon />} title="No groups yet">
          A class or a team is easier to share with as a group.
        </EmptyState>
      )}
      {data?.groups.map((g) => (
        <GroupCard key={g.id} group={g} onChanged={put} onRemoved={reload} />
      ))}
      {creating && <GroupDialog onClose={() => setCreating(false)} onSaved={reload} />}
    </div>
  )
}
