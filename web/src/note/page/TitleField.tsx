import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { api } from '../../api/client'
import { toastError } from '../../ui/Toast'
import { useSlice } from '../replica/store'
import { useMay, useNote } from './context'
import styles from './TitleField.module.css'

/** The note's name; who manages it can change it in place. */
export function TitleField() {
  const { client } = useNote()
  const name = useSlice(client.store, 'head', (s) => s.name)
  const mayManage = useMay('manage')
  const [draft, setDraft] = useState(name)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => setDraft(name), [name])
  if (!mayManage) return <h1 className={styles.title}>{name}</h1>

  const rename = async () => {
    const next = draft.trim()
    if (next === '' || next === name) return setDraft(name)
    try {
      await api.patch(`/nodes/${client.note}`, { name: next })
    } catch (e) {
      setDraft(name)
      toastError(e)
    }
  }
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'Escape') setDraft(name)
    if (e.key === 'Enter' || e.key === 'Escape') requestAnimationFrame(() => field.current?.blur())
  }
  return (
    <h1 className={styles.heading}>
      <span className={styles.sizer} aria-hidden="true">
        {draft || ' '}
      </span>
      <input
        ref={field}
        className={styles.field}
        aria-label="Name of the note"
        value={draft}
        maxLength={200}
        onChange={(e) => setDraft(e.target.value)}
        onBlur={() => void rename()}
        onKeyDown={onKey}
      />
    </h1>
  )
}
