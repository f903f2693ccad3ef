import { useState } from 'react'
import { api } from '../../api/client'
import type { Group } from '../../api/types'
import { useReturnFocus } from '../../share/useReturnFocus'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { IconButton } from '../../ui/IconButton'
import { EditIcon, TrashIcon } from '../../ui/icons'
import { toast, toastError } from '../../ui/Toast'
import { Members } from '../groups/Members'
import page from '../Page.module.css'
import styles from './GroupCard.module.css'
import { GroupDialog } from './GroupDialog'

export interface GroupCardProps {
  group: Group
  onChanged: (group: Group) => void
  onRemoved: () => void
}

export function GroupCard({ group, onChanged, onRemoved }: GroupCardProps) {
  const [open, setOpen] = useState<'rename' | 'remove' | null>(null)
  useReturnFocus(open === 'remove')
  const remove = async () => {
    await api.delete(`/groups/${group.id}`)
    toast(`The group “${group.name}” is deleted.`)
    onRemoved()
  }
  const count = group.members.length
  return (
    <section className={styles.card} aria-label={group.name}>
      <header className={styles.head}>
        <div className={page.main}>
          <h2 className={styles.name}>{group.name}</h2>
          <p className={page.small}>
            {group.description && `${group.description} · `}
            {count === 1 ? '1 member' : `${count} members`}
          </p>
        </div>
        <IconButton label={`Rename ${group.name}`} onClick={() => setOpen('rename')}>
          <EditIcon />
        </IconButton>
        <IconButton label={`Delete ${group.name}`} onClick={() => setOpen('remove')}>
          <TrashIcon />
        </IconButton>
      </header>
      <Members group={group} onChanged={onChanged} />
      {open === 'rename' && <GroupDialog group={group} onClose={() => setOpen(null)} onSaved={onChanged} />}
      <ConfirmDialog
        open={open === 'remove'}
        onOpenChange={() => setOpen(null)}
        title={`Delete the group “${group.name}”?`}
        confirm="Delete"
        danger
        onConfirm={() => remove().catch(toastError)}
      >
        {`Its ${count === 1 ? 'member loses' : `${count} members lose`} what they may do only through the group. This cannot be undone. The accounts and notes stay.`}
      </ConfirmDialog>
    </section>
  )
}
