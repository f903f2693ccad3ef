import { type ReactNode, useState } from 'react'
import { useReturnFocus } from '../../share/useReturnFocus'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { IconButton } from '../../ui/IconButton'
import { EditIcon, MoreIcon, TrashIcon } from '../../ui/icons'
import { Menu, MenuItem, MenuSeparator } from '../../ui/Menu'
import { toastError } from '../../ui/Toast'
import page from '../Page.module.css'

export interface SetUpRowProps {
  name: string
  /** Stands behind the name. */
  tags?: ReactNode
  children: ReactNode
  /** Further entries of its menu. */
  actions?: ReactNode
  onEdit: () => void
  onRemove: () => Promise<void>
  /** What removing it means. */
  removal: string
}

/** An interpreter, connection or gateway in a list, with what can be done with it. */
export function SetUpRow(props: SetUpRowProps) {
  const { name, tags, children, actions, onEdit, onRemove, removal } = props
  const [isRemoving, setRemoving] = useState(false)
  useReturnFocus(isRemoving)
  return (
    <li className={page.item} aria-label={name}>
      <div className={page.main}>
        <div className={page.name}>
          {name}
          {tags}
        </div>
        <div className={page.small}>{children}</div>
      </div>
      <Menu
        trigger={
          <IconButton label={`Actions for ${name}`}>
            <MoreIcon />
          </IconButton>
        }
      >
        <MenuItem icon={<EditIcon />} onSelect={onEdit}>
          Change…
        </MenuItem>
        {actions}
        <MenuSeparator />
        <MenuItem icon={<TrashIcon />} danger onSelect={() => setRemoving(true)}>
          Remove…
        </MenuItem>
      </Menu>
      <ConfirmDialog
        open={isRemoving}
        onOpenChange={setRemoving}
        title={`Remove “${name}”?`}
        confirm="Remove"
        danger
        onConfirm={() => onRemove().catch(toastError)}
      >
        {removal}
      </ConfirmDialog>
    </li>
  )
}
