import type { Me } from '../api/types'
import { navigate } from '../app/router'
import { setTheme, useTheme } from '../app/theme'
import { Avatar } from '../ui/Avatar'
import { ChevronUpIcon, GearIcon, LockIcon, PeopleIcon, PersonIcon, SignOutIcon, SunIcon } from '../ui/icons'
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '../ui/Menu'
import { toastError } from '../ui/Toast'
import { leave } from './leave'
import styles from './PersonMenu.module.css'
import { themes } from './themes'

/** Oneself at the foot of the sidebar: account, look, people, signing out. */
export function PersonMenu({ me }: { me: Me }) {
  const theme = useTheme()
  const shown = me.displayName || me.name
  return (
    <div className={styles.foot}>
      <Menu
        align="start"
        trigger={
          <button type="button" className={styles.person}>
            <span aria-hidden="true">
              <Avatar id={me.id} name={shown} />
            </span>
            <span className={styles.name}>
              {shown}
              <span className="visually-hidden">, account and more</span>
            </span>
            {Boolean(me.requests) && (
              <span className={styles.badge}>
                {me.requests}
                <span className="visually-hidden"> {me.requests === 1 ? 'request' : 'requests'}</span>
              </span>
            )}
            <ChevronUpIcon />
          </button>
        }
      >
        <MenuItem icon={<PersonIcon />} onSelect={() => navigate('/account')}>
          Account
        </MenuItem>
        <MenuItem
          icon={<LockIcon />}
          keys={me.requests ? String(me.requests) : undefined}
          onSelect={() => navigate('/requests')}
        >
          Requests
        </MenuItem>
        {me.groups.length > 0 && (
          <MenuItem icon={<PeopleIcon />} onSelect={() => navigate('/groups')}>
            My groups
          </MenuItem>
        )}
        {me.admin && (
          <MenuItem icon={<PeopleIcon />} onSelect={() => navigate('/people')}>
            People and settings
          </MenuItem>
        )}
        {me.admin && (
          <MenuItem icon={<GearIcon />} onSelect={() => navigate('/interpreters')}>
            Interpreters
          </MenuItem>
        )}
        <MenuChoice label="Look" icon={<SunIcon />} value={theme} options={[...themes]} onChange={setTheme} />
        <MenuSeparator />
        <MenuItem icon={<SignOutIcon />} onSelect={() => leave().catch(toastError)}>
          Sign out
        </MenuItem>
      </Menu>
    </div>
  )
}
