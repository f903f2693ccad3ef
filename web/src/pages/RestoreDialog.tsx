import { useState } from 'react'
import type { TrashedNode } from '../api/types'
import { TextField } from '../ui/TextField'
import { FormDialog } from './FormDialog'

export interface RestoreDialogProps {
  node: TrashedNode
  onClose: () => void
  onRestore: (name: string) => Promise<void>
}

/** Takes something out of the trash under another name, because its own is taken. */
export function RestoreDialog({ node, onClose, onRestore }: RestoreDialogProps) {
  const [name, setName] = useState(`${node.name} (restored)`)
  const restore = async () => {
    await onRestore(name.trim())
    onClose()
  }
  return (
    <FormDialog
      title={`Restore “${node.name}”`}
      description="Its name is taken by something else now. Choose another."
      verb="Restore"
      disabled={!name.trim()}
      onClose={onClose}
      onSubmit={restore}
    >
      <TextField
        label="Name"
        autoComplete="off"
        autoFocus
        required
        value={name}
        onChange={(e) => setName(e.target.value)}
      />
    </FormDialog>
  )
}
