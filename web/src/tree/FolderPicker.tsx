import { useMemo, useState } from 'react'
import type { Node } from '../api/types'
import { foldName } from '../share/names'
import { FolderIcon, HomeIcon, SearchIcon } from '../ui/icons'
import { TextField } from '../ui/TextField'
import styles from './FolderPicker.module.css'
import { compareNodes, pathOf, pathText } from './nodes'

export interface FolderPickerProps {
  label: string
  nodes: ReadonlyMap<string, Node>
  /** The folder's id; null is the top level, undefined nothing yet. */
  value: string | null | undefined
  onChange: (value: string | null) => void
  /** Whether a place may be chosen; the others are not shown. */
  allow: (folder: string | null) => boolean
}

interface Place {
  id: string | null
  text: string
}

/** So few are shown at once; more letters find the others. */
const most = 100

/** A choice of one folder by its path, with a field to look for it. */
export function FolderPicker({ label, nodes, value, onChange, allow }: FolderPickerProps) {
  const [query, setQuery] = useState('')
  const places = useMemo(() => placesIn(nodes), [nodes])
  const wanted = foldName(query.trim())
  const found = places.filter((p) => allow(p.id) && foldName(p.text).includes(wanted))
  return (
    <fieldset className={styles.picker}>
      <legend className={styles.legend}>{label}</legend>
      {places.length > 8 && (
        <TextField
          label="Look for a folder"
          hideLabel
          placeholder="Look for a folder"
          icon={<SearchIcon />}
          value={query}
          onChange={(e) => setQuery(e.target.value)}
        />
      )}
      <div className={styles.list}>
        {found.slice(0, most).map((place) => (
          <label key={place.id} className={styles.place}>
            <input
              type="radio"
              name={`folder-${label}`}
              className="visually-hidden"
              checked={place.id === value}
              onChange={() => onChange(place.id)}
            />
            {place.id === null ? <HomeIcon /> : <FolderIcon />}
            <span className={styles.path}>{place.text}</span>
          </label>
        ))}
        {found.length === 0 && <p className={styles.none}>No folder that you may use is called so.</p>}
        {found.length > most && <p className={styles.none}>{found.length - most} more. Type to find them.</p>}
      </div>
    </fieldset>
  )
}

function placesIn(nodes: ReadonlyMap<string, Node>): Place[] {
  const folders = [...nodes.values()].filter((n) => n.kind === 'folder').sort(compareNodes)
  const places = folders.map((f) => ({ id: f.id, text: pathText(pathOf(nodes, f.id)) }))
  places.sort((a, b) => a.text.localeCompare(b.text, undefined, { numeric: true }))
  return [{ id: null, text: 'Top level' }, ...places]
}
