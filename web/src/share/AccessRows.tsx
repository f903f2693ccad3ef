import type { Me, Principal, Role } from '../api/types'
import { IconButton } from '../ui/IconButton'
import { CloseIcon } from '../ui/icons'
import { SelectField } from '../ui/SelectField'
import styles from './Access.module.css'
import { type Entry, give, highest, holders, roles, without } from './access'
import { nameOf, PrincipalName } from './PrincipalName'
import { roleWords } from './roles'

const options = roles.map((value) => ({ value, label: roleWords[value].can }))

export interface AccessRowsProps {
  entries: Entry[]
  me: Me
  /** Absent where they cannot be changed. */
  onChange?: (entries: Entry[]) => void
}

/** Who has access, one row each, under the role that counts. */
export function AccessRows({ entries, me, onChange }: AccessRowsProps) {
  const best = highest(entries)
  if (best.length === 0) return <p className={styles.none}>Nobody by an entry of its own.</p>
  return roles.map((role) => {
    const principals = holders(best, role)
    if (principals.length === 0) return null
    return (
      <section key={role} aria-label={roleWords[role].list}>
        <h4 className={styles.group}>
          {roleWords[role].list} <span className={styles.count}>{principals.length}</span>
        </h4>
        <ul>
          {principals.map((p) => (
            <li key={p.name} className={styles.row}>
              <PrincipalName principal={p} isMe={p.kind === 'user' && p.id === me.id} />
              {onChange ? (
                <RowControls
                  principal={p}
                  role={role}
                  onRole={(next) => onChange(give(entries, p, next))}
                  onRemove={() => onChange(without(entries, p))}
                />
              ) : (
                <span className={styles.fixed}>{roleWords[role].can}</span>
              )}
            </li>
          ))}
        </ul>
      </section>
    )
  })
}

interface RowControlsProps {
  principal: Principal
  role: Role
  onRole: (role: Role) => void
  onRemove: () => void
}

function RowControls({ principal, role, onRole, onRemove }: RowControlsProps) {
  const name = nameOf(principal)
  return (
    <span className={styles.controls}>
      <SelectField
        label={`Role of ${name}`}
        hideLabel
        quiet
        value={role}
        options={options}
        onChange={onRole}
      />
      <IconButton label={`Remove ${name}`} onClick={onRemove}>
        <CloseIcon />
      </IconButton>
    </span>
  )
}
