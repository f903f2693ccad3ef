import { useCallback, useEffect } from 'react'
import { api } from '../../api/client'
import type { Node } from '../../api/types'
import { useLoad } from '../../pages/useLoad'
import { onTreeChanged } from '../../socket/live'
import { SharedIcon, sharedText } from '../../tree/SharedMark'
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
      <span className={styles.word}>{wordOf(node)}</span>
    </Button>
  )
}

function wordOf(node: Node | undefined): string {
  if (node?.shared === 'everyone') return 'Everyone'
  if (node?.shared === 'some' && node.sharedWith) return `Shared with ${node.sharedWith.toLocaleString()}`
  return node?.shared === 'me' ? 'Only you' : 'Share'
}

/** The note as the tree has it, asked for again when that may have changed. */
function useNode(id: string): Node | undefined {
  const load = useCallback((signal: AbortSignal) => api.get<Node>(`/nodes/${id}`, { signal }), [id])
  const { data, reload } = useLoad(load)
  useEffect(() => onTreeChanged(reload), [reload])
  return data
}
