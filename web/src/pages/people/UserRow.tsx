import { type ReactNode, useState } from 'react'
import { api } from '../../api/client'
import type { SecretLink, User } from '../../api/types'
import { loadMe } from '../../app/session'
import { useReturnFocus } from '../../share/useReturnFocus'
import { Avatar } from '../../ui/Avatar'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { IconButton } from '../../ui/IconButton'
import { EyeIcon, KeyIcon, MoreIcon } from '../../ui/icons'
import { Menu, MenuItem, MenuSeparator } from '../../ui/Menu'
import { toast, toastError } from '../../ui/Toast'
import page from '../Page.module.css'
import { When } from '../When'
import { LinkDialog } from './LinkDialog'
import { ReachDialog } from './ReachDialog'

type Open = { kind: 'link'; link: SecretLink } | { kind: 'disable' | 'reach' }

export function UserRow(props: { user: User; isMe: boolean; onChanged: (user: User) => void }) {
  const { user, isMe, onChanged } = props
  const [open, setOpen] = useState<Open | null>(null)
  useReturnFocus(open?.kind === 'disable')
  const change = async (body: Partial<User>, done: string) => {
    onChanged(await api.patch<User>(`/users/${user.id}`, body))
    toast(done)
    if (isMe) await loadMe()
  }
  const makeLink = async () => setOpen({ kind: 'link', link: await api.post(`/users/${user.id}/link`) })
  const setDisabled = (disabled: boolean) =>
    change({ disabled }, `The account “${user.name}” is ${disabled ? 'disabled' : 'enabled again'}.`)
  const setAdmin = (admin: boolean) =>
    change({ admin }, `“${user.name}” is ${admin ? 'an administrator now' : 'no administrator any more'}.`)
  const shown = user.displayName || user.name
  return (
    <li className={page.item} aria-label={user.name}>
      <Avatar id={user.id} name={shown} size={32} />
      <div className={page.main}>
        <div className={page.name}>
          {shown}
          {isMe && <span className={page.muted}> (you)</span>}
          {user.admin && <Tag tone="accent">Administrator</Tag>}
          {user.invited && <Tag>Invited</Tag>}
          {user.disabled && <Tag tone="warn">Disabled</Tag>}
        </div>
        <div className={page.small}>
          {shown !== user.name && `${user.name} · `}
          {user.groups.length > 0 && `${user.groups.map((g) => g.name).join(', ')} · `}
          {user.lastSeenAt ? (
            <>
              seen <When time={user.lastSeenAt} />
            </>
          ) : (
            'never signed in'
          )}
        </div>
      </div>
      <Menu
        trigger={
          <IconButton label={`Actions for ${user.name}`}>
            <MoreIcon />
          </IconButton>
        }
      >
        <MenuItem icon={<KeyIcon />} disabled={user.disabled} onSelect={() => makeLink().catch(toastError)}>
          {user.invited ? 'New invitation link…' : 'Link for a new password…'}
        </MenuItem>
        <MenuItem icon={<EyeIcon />} onSelect={() => setOpen({ kind: 'reach' })}>
          What {shown} can reach…
        </MenuItem>
        <MenuItem onSelect={() => setAdmin(!user.admin).catch(toastError)}>
          {user.admin ? 'Take administration away' : 'Make administrator'}
        </MenuItem>
        <MenuSeparator />
        {user.disabled ? (
          <MenuItem onSelect={() => setDisabled(false).catch(toastError)}>Enable</MenuItem>
        ) : (
          <MenuItem danger onSelect={() => setOpen({ kind: 'disable' })}>
            Disable…
          </MenuItem>
        )}
      </Menu>
      {open?.kind === 'link' && (
        <LinkDialog name={user.name} link={open.link} onClose={() => setOpen(null)} />
      )}
      {open?.kind === 'reach' && (
        <ReachDialog person={shown} path={`/users/${user.id}/reach`} onClose={() => setOpen(null)} />
      )}
      <ConfirmDialog
        open={open?.kind === 'disable'}
        onOpenChange={() => setOpen(null)}
        title={`Disable “${user.name}”?`}
        confirm="Disable"
        danger
        onConfirm={() => setDisabled(true).catch(toastError)}
      >
        {`Every browser and every token of ${user.name} is signed out at once, running code is interrupted, and links to choose a password stop working. Notes, and what others may do with them, stay as they are. Enabling lets them sign in again; tokens have to be made anew.`}
      </ConfirmDialog>
    </li>
  )
}

function Tag({ tone, children }: { tone?: 'accent' | 'warn'; children: ReactNode }) {
  return (
    <span className={page.tag} data-tone={tone}>
      {children}
    </span>
  )
}
