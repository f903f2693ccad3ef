import { type FormEvent, useId, useState } from 'react'
import { api } from '../../api/client'
import type { Node } from '../../api/types'
import { FolderPicker } from '../../tree/FolderPicker'
import { loadTree, useTree } from '../../tree/store'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { TextField } from '../../ui/TextField'
import { toast } from '../../ui/Toast'
import styles from '../files/ExportDialog.module.css'
import { useNote } from '../page/context'
import type { Scratch } from './useScratch'

/** Makes the scratch copy that is open a note of one's own: its name, and where it goes. */
export function KeepDialog({ scratch, onClose }: { scratch: Scratch; onClose: () => void }) {
  const form = useId()
  const { client } = useNote()
  const nodes = useTree().nodes ?? new Map<string, Node>()
  const [name, setName] = useState(plainName(scratch.name))
  const [folder, setFolder] = useState<string | null>(null)
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const keep = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    try {
      const body = { name: name.trim(), parent: folder ?? undefined }
      const kept = await api.post<Node>(`/nodes/${client.note}/keep`, body)
      onClose()
      toast(`“${kept.name}” is a note of yours now.`)
      void loadTree()
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure))
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Save as my own note"
      description="You own it; in a folder, whoever has access to the folder sees it too."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} busy={busy} disabled={name.trim() === ''}>
            Save
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={(e) => void keep(e)}>
        <TextField
          label="Name"
          autoComplete="off"
          autoFocus
          maxLength={1000}
          value={name}
          error={problem}
          onChange={(e) => {
            setName(e.target.value)
            setProblem(undefined)
          }}
        />
        <FolderPicker
          label="Folder"
          nodes={nodes}
          value={folder}
          onChange={setFolder}
          allow={(id) => id === null || (nodes.get(id)?.allowed.includes('write') ?? false)}
        />
      </form>
    </Dialog>
  )
}

/** The name without what marks it as a scratch copy. */
export const plainName = (name: string) => name.replace(/ \(scratch [^)]*\)( \d+)?$/, '')
