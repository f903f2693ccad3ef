import { TopBar } from '../app/AppShell'
import { navigate, usePlace } from '../app/router'
import { useMe } from '../app/session'
import { Tabs } from '../ui/Tabs'
import { ConnectionsTab } from './interpreters/ConnectionsTab'
import { GatewaysTab } from './interpreters/GatewaysTab'
import { InterpretersTab } from './interpreters/InterpretersTab'
import { NoAccessPage } from './NoAccessPage'
import styles from './Page.module.css'
import { usePageTitle } from './usePageTitle'

type Tab = 'interpreters' | 'connections' | 'gateways'

/** What code can be run in, and who may: for administrators. */
export function InterpretersPage() {
  const me = useMe()
  const asked = new URLSearchParams(usePlace().search).get('tab')
  const tab: Tab = asked === 'connections' || asked === 'gateways' ? asked : 'interpreters'
  usePageTitle('Interpreters')
  if (!me?.admin) return <NoAccessPage />
  return (
    <div className={styles.page}>
      <TopBar>
        <span className={styles.place}>Interpreters</span>
      </TopBar>
      <h1 className={styles.title}>Interpreters</h1>
      <Tabs<Tab>
        label="What to show"
        value={tab}
        onChange={(next) =>
          navigate(next === 'interpreters' ? '/interpreters' : `/interpreters?tab=${next}`, { replace: true })
        }
        tabs={[
          { value: 'interpreters', label: 'Interpreters', content: <InterpretersTab /> },
          { value: 'connections', label: 'Connections', content: <ConnectionsTab /> },
          { value: 'gateways', label: 'Gateways', content: <GatewaysTab /> },
        ]}
      />
    </div>
  )
}
