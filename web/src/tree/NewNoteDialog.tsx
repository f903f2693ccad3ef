import { type FormEvent, useCallback, useState } from 'react'
import { api } from '../api/client'
import type { Grants, Me, NewNotes, Node } from '../api/types'
import { navigate } from '../app/router'
import { ErrorNotice } from '../pages/ErrorNotice'
import { thisNoteAnswers } from '../pages/newNotes'
import { useLoad } from '../pages/useLoad'
import { useReturnFocus } from '../share/useReturnFocus'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { RadioCards } from '../ui/RadioCards'
import { TextField } from '../ui/TextField'
import { createNode, newKey } from './actions'
import styles from './Dialogs.module.css'
import { FolderPicker } from './FolderPicker'
import { useTree } from './store'

export interface NewNoteDialogProps {
  me: Me
  /** The folder to begin with; null is the top level. */
  parent?: string | null
  onClose: () => void
}

/** Makes a note: its name, where it is, and who will see it. */
export function NewNoteDialog({ me, parent = null, onClose }: NewNoteDialogProps) {
  const nodes = useTree().nodes ?? new Map<string, Node>()
  const [name, setName] = useState('')
  const [folder, setFolder] = useState(parent)
  const [audience, setAudience] = useState<NewNotes>(me.newNotes)
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  // One key for all tries: a note whose answer got lost is not made twice.
  const [key, setKey] = useState(newKey)
  const byFolder = useFolderDecides(folder)
  useReturnFocus(true)

  const create = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      const newNotes = byFolder ? undefined : audience
      const note = await createNode(
        { kind: 'note', name: name.trim() || 'Untitled note', parent: folder, newNotes },
        key,
      )
      onClose()
      navigate(`/n/${note.id}`)
    } catch (e) {
      setError(e)
      setBusy(false)
    }
  }
  const change = <T,>(set: (value: T) => void) => {
    return (value: T) => {
      set(value)
      setKey(newKey()) // another note than the one tried before
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="New note"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="new-note" busy={busy}>
            Create
          </Button>
        </>
      }
    >
      <form id="new-note" className={styles.form} onSubmit={create}>
        {error !== undefined && <ErrorNotice error={error} />}
        <TextField
          label="Name"
          placeholder="Untitled note"
          hint="Slashes make folders: team/q3/churn"
          autoComplete="off"
          autoFocus
          maxLength={1000}
          value={name}
          onChange={(e) => change(setName)(e.target.value)}
        />
        <FolderPicker
          label="Folder"
          nodes={nodes}
          value={folder}
          onChange={change(setFolder)}
          allow={(id) => id === null || (nodes.get(id)?.allowed.includes('write') ?? false)}
        />
        {byFolder ? (
          <p className={styles.note}>
            <strong>Who will see it:</strong> whoever has access to the folder “
            {nodes.get(folder ?? '')?.name}
            ”. You own it.
          </p>
        ) : (
          <RadioCards
            legend="Who will see it?"
            options={thisNoteAnswers}
            value={audience}
            onChange={change(setAudience)}
          />
        )}
      </form>
    </Dialog>
  )
}

/** Whether the folder, not the answer, decides who sees a new note in it. */
function useFolderDecides(folder: string | null): boolean {
  const load = useCallback(
    async (signal: AbortSignal) => {
      if (folder === null) return false
      const { inherits, grants, inherited } = await api.get<Grants>(`/nodes/${folder}/grants`, { signal })
      return !inherits || grants.length + inherited.length > 0
    },
    [folder],
  )
  const { data, loading } = useLoad(load)
  return !loading && data === true
}
