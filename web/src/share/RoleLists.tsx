// The same access as four lists, as Zeppelin shows it. There an empty list means
// everyone; here everyone is a chip, and an empty list gives nobody that role.
import { useId, useRef, useState } from 'react'
import type { Role } from '../api/types'
import { Button } from '../ui/Button'
import { Chip } from '../ui/Chip'
import { PlusIcon } from '../ui/icons'
import styles from './Access.module.css'
import { type Entry, everyone, holders, keyOf, roles, sameName } from './access'
import { useChosen } from './chosen'
import { type Edit, giveAll, remove } from './edits'
import { PeopleField } from './PeopleField'
import { nameOf, PrincipalIcon } from './PrincipalName'
import { roleWords } from './roles'

export interface RoleListsProps {
  entries: Entry[]
  onEdit: (edit: Edit) => void
}

export function RoleLists({ entries, onEdit }: RoleListsProps) {
  return (
    <div className={styles.lists}>
      {roles.map((role) => (
        <RoleList key={role} role={role} entries={entries} onEdit={onEdit} />
      ))}
      <p className={styles.line}>
        In Zeppelin an empty list means everyone. Here everyone is a name like others: a list without it is
        not open to everyone, and an emptied list takes the role away.
      </p>
    </div>
  )
}

function RoleList({ role, entries, onEdit }: RoleListsProps & { role: Role }) {
  const [adding, setAdding] = useState(false)
  const heading = useId()
  const section = useRef<HTMLElement>(null)
  const held = holders(entries, role)
  const words = roleWords[role]
  return (
    <section ref={section} className={styles.list} aria-labelledby={heading}>
      <h4 id={heading} className={styles.listName}>
        {words.list}
      </h4>
      <div className={styles.chips}>
        {held.map((e) => (
          <Chip
            key={keyOf(e)}
            icon={<PrincipalIcon principal={e.principal} size={16} />}
            removeLabel={`Remove ${nameOf(e.principal)} from ${words.list}`}
            onRemove={() => onEdit(remove(e))}
          >
            {nameOf(e.principal)}
          </Chip>
        ))}
        {held.length === 0 && <span className={styles.nobody}>Nobody</span>}
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
            {!held.some((e) => sameName(e.principal, everyone)) && (
              <Button
                kind="quiet"
                className={styles.small}
                aria-label={`Everyone to ${words.list}`}
                onClick={() => onEdit(giveAll([everyone], role))}
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
          onEdit={onEdit}
          onClose={() => {
            setAdding(false)
            setTimeout(() => section.current?.querySelector<HTMLElement>('[data-add]')?.focus())
          }}
        />
      )}
    </section>
  )
}

function ListField(props: { role: Role; onEdit: (edit: Edit) => void; onClose: () => void }) {
  const { role, onEdit, onClose } = props
  const people = useChosen()
  const add = async () => {
    const added = await people.settled().catch(() => null) // the field says what is wrong
    if (!added) return
    onEdit(giveAll(added, role))
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
