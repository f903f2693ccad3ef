import { SharedIcon, sharedText, whoText } from '../../tree/SharedMark'
import { useNode } from '../../tree/useNode'
import { Button } from '../../ui/Button'
import { ClosedIcon, LockIcon } from '../../ui/icons'
import { useNote } from './context'
import styles from './NoteHeader.module.css'

/** Opens the share dialog; its icon and its name say who can reach the note now. */
export function ShareButton() {
  const { client, open } = useNote()
  const node = useNode(client.note)
  const text = node && sharedText(node)
  return (
    <Button
      kind="quiet"
      className={styles.share}
      aria-label={text ? `Share. ${text}` : 'Share'}
      data-tip={text}
      onClick={() => open('share')}
    >
      {node ? <SharedIcon shared={node.shared} /> : <LockIcon />}
      {node?.closed && <ClosedIcon />}
      <span className={styles.word}>{node ? whoText(node) : 'Share'}</span>
    </Button>
  )
}
