import { type FormEvent, useState } from 'react'
import type { TrashedNode } from '../api/types'
import { useReturnFocus } from '../share/useReturnFocus'
import { restoreNode } from '../tree/actions'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { TextField } from '../ui/TextField'
import { messageOf } from './ErrorNotice'
import page from './Page.module.css'

export interface RestoreDialogProps {
  node: TrashedNode
  onClose: () => void
  onRestored: () => void
}

/** Takes something out of the trash under another name, because its own is taken. */
export function RestoreDialog({ node, onClose, onRestored }: RestoreDialogProps) {
  const [name, setName] = useState(`${node.name} (restored)`)
  const [failure, setFailure] = useState<string>()
  const [busy, setBusy] = useState(false)
  useReturnFocus(true)
  const restore = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    try {
      await restoreNode(node.id, name.trim())
      onClose()
      onRestored()
    } catch (e) {
      setFailure(messageOf(e))
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Restore “${node.name}”`}
      description="Its name is taken by something else now. Choose another."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="restore" busy={busy} disabled={!name.trim()}>
            Restore
          </Button>
        </>
      }
    >
      <form id="restore" className={page.form} onSubmit={restore}>
        <TextField
          label="Name"
          autoComplete="off"
          autoFocus
          required
          value={name}
          error={failure}
          onChange={(e) => setName(e.target.value)}
        />
      </form>
    </Dialog>
  )
}
