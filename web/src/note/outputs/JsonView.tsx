import { useState } from 'react'
import { ChevronDownIcon, ChevronRightIcon } from '../../ui/icons'
import styles from './JsonView.module.css'

const most = 200

/** JSON as a tree; what is folded is not rendered. */
export function JsonView({ value }: { value: unknown }) {
  return (
    <div className={styles.tree}>
      <Value value={value} depth={0} />
    </div>
  )
}

function Value({ name, value, depth }: { name?: string; value: unknown; depth: number }) {
  if (typeof value === 'object' && value !== null) return <Branch name={name} value={value} depth={depth} />
  const kind = value === null ? 'null' : typeof value
  return (
    <div className={styles.leaf}>
      {name !== undefined && <span className={styles.name}>{name}: </span>}
      <span className={styles[kind]}>{JSON.stringify(value)}</span>
    </div>
  )
}

function Branch({ name, value, depth }: { name?: string; value: object; depth: number }) {
  const entries = Object.entries(value)
  const [open, setOpen] = useState(depth === 0 && entries.length <= 50)
  const [shown, setShown] = useState(most)
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`
  return (
    <div>
      <button type="button" className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <ChevronDownIcon /> : <ChevronRightIcon />}
        {name !== undefined && <span className={styles.name}>{name}: </span>}
        <span className={styles.size}>{size}</span>
      </button>
      {open && (
        <div className={styles.inner}>
          {entries.slice(0, shown).map(([k, v]) => (
            <Value key={k} name={k} value={v} depth={depth + 1} />
          ))}
          {shown < entries.length && (
            <button type="button" className={styles.more} onClick={() => setShown(shown + most)}>
              {entries.length - shown} more
            </button>
          )}
        </div>
      )}
    </div>
  )
}
