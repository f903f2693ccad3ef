// "Not saved": texts that could not be brought to the server, and, while there is no
// connection, those that have not been yet.
import { useSyncExternalStore } from 'react'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { toast, toastError } from '../../ui/Toast'
import { insert } from '../commands/structure'
import type { UnsavedText } from '../text/keptEdits'
import { useMay, useNote } from './context'
import { when } from './runWords'
import styles from './UnsavedDrawer.module.css'

export function UnsavedDrawer({
  open,
  onOpenChange,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const { client } = useNote()
  const texts = useSyncExternalStore(client.unsaved.subscribe, client.unsaved.get)
  const waiting = open ? client.texts.waiting() : []
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      wide
      title="Not saved"
      description="These texts are kept in this browser until you throw them away."
    >
      {texts.length + waiting.length === 0 && <p>Everything is saved.</p>}
      <ul className={styles.list}>
        {waiting.map((w) => (
          <li key={w.paragraph} className={styles.item}>
            <p className={styles.why}>Waiting for the connection; it will be sent by itself.</p>
            <pre className={styles.text}>{w.text}</pre>
            <div className={styles.actions}>
              <Button onClick={() => void copy(w.text)}>Copy</Button>
            </div>
          </li>
        ))}
        {texts.map((t) => (
          <Item key={t.id} text={t} onApplied={() => onOpenChange(false)} />
        ))}
      </ul>
    </Dialog>
  )
}

function Item({ text: t, onApplied }: { text: UnsavedText; onApplied: () => void }) {
  const note = useNote()
  const mayWrite = useMay('write')
  const { client } = note
  const whole = t.mine ?? t.typed
  const isThere = client.store.view.paragraphs.has(t.paragraph)
  const apply = () => {
    const text = isThere ? client.texts.get(t.paragraph) : undefined
    if (text && t.mine !== undefined) text.replaceAll(t.mine)
    else insert(note, client.store.view.order.at(-1) ?? '', { text: whole })
    client.unsaved.remove(t.id)
    onApplied()
  }
  return (
    <li className={styles.item}>
      <p className={styles.why}>
        {t.why} <span className={styles.at}>{when(new Date(t.at).toISOString())}</span>
      </p>
      <pre className={styles.text}>{whole}</pre>
      <div className={styles.actions}>
        {mayWrite && (
          <Button kind="primary" onClick={apply}>
            {isThere && t.mine !== undefined
              ? 'Put in place of the paragraph’s text'
              : 'Insert as a paragraph'}
          </Button>
        )}
        <Button onClick={() => void copy(whole)}>Copy</Button>
        <Button onClick={() => save(whole)}>Download</Button>
        <Button kind="danger" onClick={() => client.unsaved.remove(t.id)}>
          Throw away
        </Button>
      </div>
    </li>
  )
}

async function copy(text: string) {
  try {
    await navigator.clipboard.writeText(text)
    toast('The text was copied.')
  } catch (e) {
    toastError(e)
  }
}

function save(text: string) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  link.download = 'not-saved.txt'
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
