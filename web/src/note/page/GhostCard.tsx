import { Button } from '../../ui/Button'
import { WarningIcon } from '../../ui/icons'
import { toast, toastError } from '../../ui/Toast'
import type { Ghost } from '../client/texts'
import { useMay, useNote } from './context'
import styles from './GhostCard.module.css'

/** In place of a paragraph that somebody deleted while it was edited here. */
export function GhostCard({ ghost }: { ghost: Ghost }) {
  const { client } = useNote()
  const mayWrite = useMay('write')
  const text = client.texts.peek(ghost.paragraph)?.text.toString() ?? ''
  const restore = () =>
    client.do('paragraph.restore', { paragraph: ghost.paragraph, after: ghost.after }).catch(toastError)
  const copy = () =>
    navigator.clipboard
      .writeText(text)
      .then(() => toast('The text was copied.'))
      .catch(toastError)
  return (
    <section className={styles.ghost} aria-label="Deleted paragraph">
      <header className={styles.head}>
        <WarningIcon />
        <span className={styles.words}>
          <strong>{ghost.by.name}</strong> deleted this paragraph while you were in it.
        </span>
        {mayWrite && <Button onClick={() => void restore()}>Restore with my edits</Button>}
        <Button onClick={() => void copy()}>Copy</Button>
        <Button kind="quiet" onClick={() => client.texts.discardGhost(ghost.paragraph)}>
          Discard
        </Button>
      </header>
      <pre className={styles.text}>{text}</pre>
    </section>
  )
}
