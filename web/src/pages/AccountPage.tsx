import { TopBar } from '../app/AppShell'
import { useMe } from '../app/session'
import { setTheme, useTheme } from '../app/theme'
import { Avatar } from '../ui/Avatar'
import { Button } from '../ui/Button'
import { SignOutIcon } from '../ui/icons'
import { Segmented } from '../ui/Segmented'
import { toastError } from '../ui/Toast'
import { LinksSection } from './account/LinksSection'
import { PasswordSection } from './account/PasswordSection'
import { ReachSection } from './account/ReachSection'
import { SignInsSection } from './account/SignInsSection'
import { TokensSection } from './account/TokensSection'
import { leave } from './leave'
import styles from './Page.module.css'
import { Section } from './Section'
import { themes } from './themes'
import { usePageTitle } from './usePageTitle'

/** One's own account: look, password, sign-ins, tokens. */
export function AccountPage() {
  const me = useMe()
  usePageTitle('Account')
  if (!me) return null
  const shown = me.displayName || me.name
  return (
    <div className={styles.page}>
      <TopBar>
        <span className={styles.place}>Account</span>
      </TopBar>
      <div className={styles.tools}>
        <div className={styles.end}>
          <Avatar id={me.id} name={shown} size={40} />
          <div className={styles.main}>
            <h1 className={styles.title}>{shown}</h1>
            <p className={styles.small}>
              {shown !== me.name && `${me.name} · `}
              {me.admin && 'Administrator · '}
              {me.groups.length > 0 ? me.groups.map((g) => g.name).join(', ') : 'In no group'}
            </p>
          </div>
        </div>
        <Button onClick={() => leave().catch(toastError)}>
          <SignOutIcon />
          Sign out
        </Button>
      </div>
      <div>
        <LookSection />
        <ReachSection />
        <LinksSection />
        <PasswordSection name={me.name} />
        <SignInsSection />
        <TokensSection />
      </div>
    </div>
  )
}

function LookSection() {
  const theme = useTheme()
  return (
    <Section title="Look" lead="Kept in this browser.">
      <div>
        <Segmented label="Look" value={theme} options={themes} onChange={setTheme} />
      </div>
    </Section>
  )
}
