import { useState } from 'react'
import type { Me, Principal } from '../api/types'
import { exactText } from '../pages/time'
import { Button } from '../ui/Button'
import { ChevronDownIcon, ClockIcon, CloseIcon, KeyIcon } from '../ui/icons'
import { Menu, MenuItem, MenuRadios, MenuSeparator } from '../ui/Menu'
import styles from './Access.module.css'
import { type Entry, hasOwner, holders, isDated, keyOf, roles } from './access'
import { DatesDialog } from './DatesDialog'
import { changeDates, changeRole, type Edit, passOn, remove } from './edits'
import { nameOf, PrincipalName } from './PrincipalName'
import { roleWords } from './roles'

const options = roles.map((value) => ({
  value,
  label: roleWords[value].can,
  hint: roleWords[value].line,
}))

export interface AccessRowsProps {
  entries: Entry[]
  me: Me
  /** Absent where they cannot be changed. */
  onEdit?: (edit: Edit) => void
}

/** Who has access, one row each, owners first. */
export function AccessRows({ entries, me, onEdit }: AccessRowsProps) {
  const [dating, setDating] = useState<Entry>()
  if (entries.length === 0) return <p className={styles.none}>Nobody by an entry of its own.</p>
  return (
    <>
      <ul aria-label="Who has access">
        {roles
          .flatMap((role) => holders(entries, role))
          .map((e) => (
            <li key={keyOf(e)} className={styles.row}>
              <span className={styles.who}>
                <PrincipalName principal={e.principal} isMe={isMe(e.principal, me)} />
                {isDated(e) && <span className={styles.when}>{datesText(e)}</span>}
              </span>
              {onEdit ? (
                <RowMenu
                  entry={e}
                  me={me}
                  ownsIt={isOwner(entries, me)}
                  onEdit={onEdit}
                  onDates={() => setDating(e)}
                />
              ) : (
                <span className={styles.fixed}>{roleWords[e.role].can}</span>
              )}
            </li>
          ))}
      </ul>
      {dating && onEdit && (
        <DatesDialog
          entry={dating}
          onClose={() => setDating(undefined)}
          onDates={(from, until) => onEdit(changeDates(dating, from, until))}
        />
      )}
    </>
  )
}

const isMe = (p: Principal, me: Me) => p.kind === 'user' && p.id === me.id

const isOwner = (entries: Entry[], me: Me) => hasOwner(entries.filter((e) => isMe(e.principal, me)))

export function datesText({ startsAt, endsAt }: Entry): string {
  return [startsAt && `from ${exactText(startsAt)}`, endsAt && `until ${exactText(endsAt)}`]
    .filter(Boolean)
    .join(' ')
}

interface RowMenuProps {
  entry: Entry
  me: Me
  /** Whether it is one's own to pass on. */
  ownsIt: boolean
  onEdit: (edit: Edit) => void
  onDates: () => void
}

function RowMenu({ entry, me, ownsIt, onEdit, onDates }: RowMenuProps) {
  const { principal, role } = entry
  const name = nameOf(principal)
  const self: Principal = { id: me.id, kind: 'user', name: me.name, displayName: me.displayName }
  const canPass = ownsIt && !isMe(principal, me) && principal.kind !== 'everyone' && !isDated(entry)
  return (
    <Menu
      trigger={
        <Button kind="quiet" className={styles.roleButton} aria-label={`${name}: ${roleWords[role].can}`}>
          {roleWords[role].can}
          <ChevronDownIcon />
        </Button>
      }
    >
      <MenuRadios
        label={`Role of ${name}`}
        value={role}
        options={options}
        onChange={(next) => onEdit(changeRole(entry, next))}
      />
      <MenuSeparator />
      <MenuItem icon={<ClockIcon />} onSelect={onDates}>
        {isDated(entry) ? 'Change start and end…' : 'Start and end…'}
      </MenuItem>
      {canPass && (
        <MenuItem icon={<KeyIcon />} onSelect={() => onEdit(passOn(self, principal))}>
          Make owner in my place…
        </MenuItem>
      )}
      <MenuItem icon={<CloseIcon />} danger onSelect={() => onEdit(remove(entry))}>
        Remove
      </MenuItem>
    </Menu>
  )
}
