import { type KeyboardEvent, useState, useSyncExternalStore } from 'react'
import { setTitle } from '../commands/structure'
import type { ParagraphState } from '../replica/state'
import { useMay, useNote } from './context'
import styles from './ParagraphTitle.module.css'
import { titleRequests } from './titleRequests'

/** A paragraph's title; pressing it, or asking for one in the menu, edits it in place. */
export function ParagraphTitle({ paragraph }: { paragraph: ParagraphState }) {
  const mayWrite = useMay('write')
  const asked = useSyncExternalStore(titleRequests.subscribe, () => titleRequests.paragraph === paragraph.id)
  if (asked && mayWrite) return <TitleInput paragraph={paragraph} />
  if (!paragraph.title) return null
  if (!mayWrite) return <h2 className={`${styles.title} ${styles.plain}`}>{paragraph.title}</h2>
  return (
    <h2 className={styles.title}>
      <button type="button" className={styles.button} onClick={() => titleRequests.ask(paragraph.id)}>
        {paragraph.title}
      </button>
    </h2>
  )
}

function TitleInput({ paragraph }: { paragraph: ParagraphState }) {
  const note = useNote()
  const [draft, setDraft] = useState(paragraph.title)
  const done = (keep: boolean) => {
    titleRequests.ask('')
    const title = draft.trim()
    if (keep && title !== paragraph.title) setTitle(note, paragraph.id, title)
  }
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'Enter') done(true)
    if (e.key === 'Escape') done(false)
  }
  return (
    <input
      className={styles.input}
      aria-label="Title of the paragraph"
      placeholder="Title"
      // biome-ignore lint/a11y/noAutofocus: one has just asked to type here
      autoFocus
      value={draft}
      maxLength={1000}
      onChange={(e) => setDraft(e.target.value)}
      onBlur={() => done(true)}
      onKeyDown={onKey}
    />
  )
}
