import { useCallback, useState } from 'react'
import { api } from '../api/client'
import type { Grants, Me, NewNotes, Node } from '../api/types'
import { navigate } from '../app/router'
import { FormDialog } from '../pages/FormDialog'
import { thisNoteAnswers } from '../pages/newNotes'
import { useLoad } from '../pages/useLoad'
import { RadioCards } from '../ui/RadioCards'
import { TextField } from '../ui/TextField'
import { createNode, newKey } from './actions'
import { FolderPicker } from './FolderPicker'
import { useTree } from './store'

type Audience = NewNotes | 'folder'

const likeFolder = (folder: Node | undefined) => ({
  value: 'folder' as const,
  label: `Whoever has access to the folder “${folder?.name}”`,
  description: 'Now and later. You own it.',
})

/** Makes a note: its name, where it is, and who will see it. */
export function NewNoteDialog({ me, onClose }: { me: Me; onClose: () => void }) {
  const nodes = useTree().nodes ?? new Map<string, Node>()
  const [name, setName] = useState('')
  const [folder, setFolder] = useState<string | null>(null)
  const [asked, setAsked] = useState<Audience>()
  // One key for all tries: a note whose answer got lost is not made twice.
  const [key, setKey] = useState(newKey)
  const byFolder = useFolderDecides(folder)
  const standard = byFolder ? 'folder' : me.newNotes
  const audience = asked === undefined || asked === 'folder' ? standard : asked

  const create = async () => {
    const named = name.trim() || 'Untitled note'
    const newNotes = audience === 'folder' ? undefined : audience
    const note = await createNode({ kind: 'note', name: named, parent: folder, newNotes }, key)
    onClose()
    navigate(`/n/${note.id}`)
  }
  /** A form that was changed asks for another note than the one tried before. */
  const changing = <T,>(set: (value: T) => void) => {
    return (value: T) => {
      set(value)
      setKey(newKey())
    }
  }
  return (
    <FormDialog title="New note" verb="Create" onClose={onClose} onSubmit={create}>
      <TextField
        label="Name"
        placeholder="Untitled note"
        hint="Slashes make folders: team/q3/churn"
        autoComplete="off"
        autoFocus
        maxLength={1000}
        value={name}
        onChange={(e) => changing(setName)(e.target.value)}
      />
      <FolderPicker
        label="Folder"
        nodes={nodes}
        value={folder}
        onChange={changing(setFolder)}
        allow={(id) => id === null || (nodes.get(id)?.allowed.includes('write') ?? false)}
      />
      <RadioCards<Audience>
        legend="Who will see it?"
        options={byFolder ? [likeFolder(nodes.get(folder ?? '')), ...thisNoteAnswers] : thisNoteAnswers}
        value={audience}
        onChange={changing(setAsked)}
      />
    </FormDialog>
  )
}

/** Whether the folder decides who sees a new note in it, unless one asks for something else. */
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
