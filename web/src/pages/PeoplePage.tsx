import type { Me } from '../api/types'
import { TopBar } from '../app/AppShell'
import { navigate, usePlace } from '../app/router'
import { useMe } from '../app/session'
import { Tabs } from '../ui/Tabs'
import { NoAccessPage } from './NoAccessPage'
import styles from './Page.module.css'
import { AuditTab } from './people/AuditTab'
import { CapsTab } from './people/CapsTab'
import { GroupsTab } from './people/GroupsTab'
import { OwnerlessTab } from './people/OwnerlessTab'
import { SettingsTab } from './people/SettingsTab'
import { UsersTab } from './people/UsersTab'
import { usePageTitle } from './usePageTitle'

const tabs = [
  { value: 'users', label: 'Users' },
  { value: 'groups', label: 'Groups' },
  { value: 'caps', label: 'Caps' },
  { value: 'ownerless', label: 'Without an owner' },
  { value: 'log', label: 'Log' },
  { value: 'settings', label: 'Settings' },
] as const

type Tab = (typeof tabs)[number]['value']

/** People, groups and the server's settings: for administrators. */
export function PeoplePage() {
  const me = useMe()
  const asked = new URLSearchParams(usePlace().search).get('tab')
  const tab: Tab = tabs.find((t) => t.value === asked)?.value ?? 'users'
  usePageTitle('People')
  if (!me?.admin) return <NoAccessPage />
  return (
    <div className={styles.page}>
      <TopBar>
        <span className={styles.place}>People</span>
      </TopBar>
      <h1 className={styles.title}>People</h1>
      <Tabs<Tab>
        label="What to show"
        value={tab}
        onChange={(next) => navigate(next === 'users' ? '/people' : `/people?tab=${next}`, { replace: true })}
        tabs={tabs.map((t) => ({ ...t, content: <Content tab={t.value} me={me} /> }))}
      />
    </div>
  )
}

function Content({ tab, me }: { tab: Tab; me: Me }) {
  if (tab === 'users') return <UsersTab me={me} />
  if (tab === 'groups') return <GroupsTab />
  if (tab === 'caps') return <CapsTab />
  if (tab === 'ownerless') return <OwnerlessTab />
  return tab === 'log' ? <AuditTab /> : <SettingsTab />
}
