import { useState } from 'react'
import { CheckField } from '../../ui/CheckField'
import { Dialog } from '../../ui/Dialog'
import { SearchIcon } from '../../ui/icons'
import { TextField } from '../../ui/TextField'
import styles from './HelpDialog.module.css'
import { shown } from './match'
import { type Command, commands } from './table'

const groups = [...new Set(commands.map((c) => c.group))]

/** All shortcuts, made from the table they are bound by. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState('')
  const [basic, setBasic] = useState(false)
  const wanted = commands.filter(
    (c) =>
      c.keys.length > 0 &&
      (!basic || c.isBasic) &&
      `${c.label} ${c.keys.map((k) => shown(k)).join(' ')}`.toLowerCase().includes(query.toLowerCase()),
  )
  return (
    <Dialog
      open
      onOpenChange={onClose}
      wide
      title="Keyboard shortcuts"
      description="Esc leaves the text; then single letters are commands on the paragraph. Enter goes back into the text."
    >
      <div className={styles.tools}>
        <TextField
          label="Search shortcuts"
          hideLabel
          icon={<SearchIcon />}
          placeholder="Search"
          value={query}
          onChange={(e) => setQuery(e.target.value)}
        />
        <CheckField label="Only the most used" checked={basic} onChange={setBasic} />
      </div>
      {groups.map((group) => (
        <Group key={group} name={group} commands={wanted.filter((c) => c.group === group)} />
      ))}
      {wanted.length === 0 && <p className={styles.none}>No shortcut is called “{query}”.</p>}
    </Dialog>
  )
}

function Group({ name, commands: list }: { name: string; commands: readonly Command[] }) {
  if (list.length === 0) return null
  return (
    <table className={styles.table}>
      <caption className={styles.caption}>{name}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">What it does</th>
          <th scope="col">Keys</th>
        </tr>
      </thead>
      <tbody>
        {list.map((c) => (
          <tr key={c.id}>
            <td>{c.label}</td>
            <td className={styles.keys}>
              {c.keys.map((k) => (
                <kbd key={k}>{shown(k)}</kbd>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
