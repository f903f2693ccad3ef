import type { PreviewChange } from '../api/sharing'
import type { Principal, Role } from '../api/types'
import { Button } from '../ui/Button'
import { PlusIcon } from '../ui/icons'
import { SelectField } from '../ui/SelectField'
import styles from './Access.module.css'
import { type Entry, everyone, roleOf, roles } from './access'
import type { ChosenPeople } from './chosen'
import { Fold } from './Fold'
import { PeopleField } from './PeopleField'
import { PreviewOf } from './PreviewOf'
import { roleWords } from './roles'

const options = roles.map((value) => ({ value, label: roleWords[value].can }))

export interface AddPeopleProps {
  people: ChosenPeople
  /** Those in the field who are known. */
  added: Principal[]
  role: Role
  onRole: (role: Role) => void
  onShare: () => void
  busy: boolean
  /** Who has access already. */
  entries: Entry[]
  /** What sharing would change. */
  change: PreviewChange
}

/** One field for whom, one for what they can do, one button. */
export function AddPeople(props: AddPeopleProps) {
  const { people, added, role, onRole, onShare, busy, entries, change } = props
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
        <Button kind="primary" busy={busy} onClick={onShare} disabled={people.list.length === 0}>
          Share
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
      {added.length > 0 && (
        <Fold title="What this changes">
          <PreviewOf change={change} />
        </Fold>
      )}
    </div>
  )
}
