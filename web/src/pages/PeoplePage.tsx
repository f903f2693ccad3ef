import { TopBar } from '../app/AppShell'
import { navigate, usePlace } from '../app/router'
import { useMe } from '../app/session'
import { Tabs } from '../ui/Tabs'
import { NoAccessPage } from './NoAccessPage'
import styles from './Page.module.css'
import { GroupsTab } from './people/GroupsTab'
import { SettingsTab } from './people/SettingsTab'
import { UsersTab } from './people/UsersTab'
import { usePageTitle } from './usePageTitle'

type Tab = 'users' | 'groups' | 'settings'

/** People, groups and the server's settings: for administrators. */
export function PeoplePage() {
  const me = useMe()
  const asked = new URLSearchParams(usePlace().search).get('tab')
  const tab: Tab = asked === 'groups' || asked === 'settings' ? asked : 'users'
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
        tabs={[
          { value: 'users', label: 'Users', content: <UsersTab me={me} /> },
          { value: 'groups', label: 'Groups', content: <GroupsTab /> },
          { value: 'settings', label: 'Settings', content: <SettingsTab /> },
        ]}
      />
    </div>
  )
}
