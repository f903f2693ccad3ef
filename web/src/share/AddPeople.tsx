import type { Role } from '../api/types'
import { Button } from '../ui/Button'
import { PlusIcon } from '../ui/icons'
import { SelectField } from '../ui/SelectField'
import styles from './Access.module.css'
import { type Entry, everyone, roleOf, roles } from './access'
import { type ChosenPeople, knownOf } from './chosen'
import { PeopleField } from './PeopleField'
import { roleWords } from './roles'

const options = roles.map((value) => ({ value, label: roleWords[value].can }))

export interface AddPeopleProps {
  people: ChosenPeople
  role: Role
  onRole: (role: Role) => void
  onAdd: () => void
  /** Who has access already. */
  entries: Entry[]
}

/** One field for whom, one for what they can do. */
export function AddPeople({ people, role, onRole, onAdd, entries }: AddPeopleProps) {
  const offerEveryone = !roleOf(entries, everyone) && !people.list.some((c) => c.name === everyone.name)
  return (
    <div className={styles.add}>
      <div className={styles.addRow}>
        <PeopleField
          label="Add people or groups"
          placeholder="Names, or a list of them"
          people={people}
          autoFocus
        />
        <SelectField label="They" className={styles.role} value={role} options={options} onChange={onRole} />
        <Button onClick={onAdd} disabled={knownOf(people.list).length === 0}>
          Add
        </Button>
      </div>
      <p className={styles.line} aria-live="polite">
        {roleWords[role].line}
      </p>
      {offerEveryone && (
        <button type="button" className={styles.offer} onClick={() => people.choose(everyone)}>
          <PlusIcon />
          Everyone who signs in
        </button>
      )}
    </div>
  )
}
