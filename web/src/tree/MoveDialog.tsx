import { useState } from 'react'
import type { Node } from '../api/types'
import { ErrorNotice } from '../pages/ErrorNotice'
import { useReturnFocus } from '../share/useReturnFocus'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { moveNode } from './actions'
import styles from './Dialogs.module.css'
import { FolderPicker } from './FolderPicker'
import { canMoveInto } from './nodes'
import { useTree } from './store'

/** Moves a node into a folder that is chosen by its path. */
export function MoveDialog({ node, onClose }: { node: Node; onClose: () => void }) {
  const nodes = useTree().nodes ?? new Map<string, Node>()
  const [place, setPlace] = useState<string | null | undefined>()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  useReturnFocus(true)

  const move = async () => {
    if (place === undefined) return
    setBusy(true)
    setError(undefined)
    try {
      await moveNode(node, place)
      onClose()
    } catch (e) {
      setError(e)
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Move “${node.name}”`}
      description="Who has access to the folder gets it to what is in it."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={busy} disabled={place === undefined} onClick={move}>
            Move
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {error !== undefined && <ErrorNotice error={error} />}
        <FolderPicker
          label="Where to"
          nodes={nodes}
          value={place === undefined ? '' : place}
          onChange={setPlace}
          allow={(folder) => canMoveInto(nodes, node.id, folder)}
        />
      </div>
    </Dialog>
  )
}
