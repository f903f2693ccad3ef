// The same access as four lists, as Zeppelin shows it. There an empty list means
// everyone; here everyone is a chip, and an empty list gives nobody that role.
import { useId, useRef, useState } from 'react'
import type { Role } from '../api/types'
import { Button } from '../ui/Button'
import { Chip } from '../ui/Chip'
import { PlusIcon } from '../ui/icons'
import styles from './Access.module.css'
import { type Entry, everyone, give, holders, roles, sameName } from './access'
import { useChosen } from './chosen'
import { PeopleField } from './PeopleField'
import { nameOf, PrincipalIcon } from './PrincipalName'
import { roleWords } from './roles'

export interface RoleListsProps {
  entries: Entry[]
  onChange: (entries: Entry[]) => void
}

export function RoleLists({ entries, onChange }: RoleListsProps) {
  return (
    <div className={styles.lists}>
      {roles.map((role) => (
        <RoleList key={role} role={role} entries={entries} onChange={onChange} />
      ))}
      <p className={styles.line}>
        In Zeppelin an empty list means everyone. Here everyone is a name like others: a list without it is
        not open to everyone, and an emptied list takes the role away.
      </p>
    </div>
  )
}

function RoleList({ role, entries, onChange }: RoleListsProps & { role: Role }) {
  const [adding, setAdding] = useState(false)
  const heading = useId()
  const section = useRef<HTMLElement>(null)
  const principals = holders(entries, role)
  const drop = (e: Entry) => onChange(entries.filter((other) => other !== e))
  const words = roleWords[role]
  return (
    <section ref={section} className={styles.list} aria-labelledby={heading}>
      <h4 id={heading} className={styles.listName}>
        {words.list}
      </h4>
      <div className={styles.chips}>
        {principals.map((p) => {
          const entry = entries.find((e) => e.role === role && sameName(e.principal, p))
          return (
            <Chip
              key={p.name}
              icon={<PrincipalIcon principal={p} size={16} />}
              removeLabel={`Remove ${nameOf(p)} from ${words.list}`}
              onRemove={() => entry && drop(entry)}
            >
              {nameOf(p)}
            </Chip>
          )
        })}
        {principals.length === 0 && <span className={styles.nobody}>Nobody</span>}
        {!adding && (
          <>
            <Button
              kind="quiet"
              className={styles.small}
              aria-label={`Add to ${words.list}`}
              data-add
              onClick={() => setAdding(true)}
            >
              <PlusIcon />
              Add
            </Button>
            {!principals.some((p) => sameName(p, everyone)) && (
              <Button
                kind="quiet"
                className={styles.small}
                aria-label={`Everyone to ${words.list}`}
                onClick={() => onChange(give(entries, everyone, role))}
              >
                <PlusIcon />
                Everyone
              </Button>
            )}
          </>
        )}
      </div>
      {adding && (
        <ListField
          role={role}
          entries={entries}
          onChange={onChange}
          onClose={() => {
            setAdding(false)
            setTimeout(() => section.current?.querySelector<HTMLElement>('[data-add]')?.focus())
          }}
        />
      )}
    </section>
  )
}

function ListField({
  role,
  entries,
  onChange,
  onClose,
}: RoleListsProps & { role: Role; onClose: () => void }) {
  const people = useChosen()
  const add = async () => {
    const added = await people.settled().catch(() => null) // the field says what is wrong
    if (!added) return
    onChange(added.reduce((list, p) => give(list, p, role), entries))
    onClose()
  }
  return (
    <div className={styles.addRow}>
      <PeopleField
        autoFocus
        label={`Add to ${roleWords[role].list}`}
        hideLabel
        placeholder="Names, separated by commas"
        people={people}
      />
      <Button onClick={add} disabled={people.list.length === 0}>
        Add
      </Button>
      <Button kind="quiet" onClick={onClose}>
        Cancel
      </Button>
    </div>
  )
}
