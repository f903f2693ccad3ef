import { type FormEvent, useId, useState } from 'react'
import { api } from '../../api/client'
import type { Node } from '../../api/types'
import { navigate } from '../../app/router'
import { Button } from '../../ui/Button'
import { CheckField } from '../../ui/CheckField'
import { Dialog } from '../../ui/Dialog'
import { TextField } from '../../ui/TextField'
import { toast } from '../../ui/Toast'
import { useNote } from '../page/context'
import { useSlice } from '../replica/store'
import styles from './ExportDialog.module.css'

/** Asks what a copy of the note is to be called and whether its files go along. */
export function CloneDialog({ onClose }: { onClose: () => void }) {
  const form = useId()
  const { client } = useNote()
  const original = useSlice(client.store, 'head', (s) => s.name)
  const [name, setName] = useState('')
  const [files, setFiles] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    try {
      const body = { name: name.trim() || undefined, files: files || undefined }
      const made = await api.post<Node & { left: number }>(`/nodes/${client.note}/clone`, body)
      onClose()
      navigate(`/n/${made.id}`)
      toast(`“${made.name}” is your copy.${leftBehind(made.left)}`)
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure))
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Clone note"
      description="A copy with text, settings and the results you see. Who may see this note is not copied."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} busy={busy}>
            Clone
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={(e) => void submit(e)}>
        <TextField
          label="Name"
          placeholder={`${original} (copy)`}
          hint="May have folders before it, with slashes between."
          value={name}
          error={problem}
          onChange={(e) => {
            setName(e.target.value)
            setProblem(undefined)
          }}
        />
        <CheckField label="Copy its files too" checked={files} onChange={setFiles} />
      </form>
    </Dialog>
  )
}

function leftBehind(left: number): string {
  if (!left) return ''
  return left === 1
    ? ' One of its files stayed behind: a link, or no plain file.'
    : ` ${left} of its files stayed behind: links, and what is no plain file.`
}
