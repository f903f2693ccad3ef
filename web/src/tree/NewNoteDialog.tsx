import { useState } from 'react'
import type { Me, Node } from '../api/types'
import { navigate } from '../app/router'
import { FormDialog } from '../pages/FormDialog'
import { thisNoteAnswers } from '../pages/newNotes'
import { RadioCards } from '../ui/RadioCards'
import { TextField } from '../ui/TextField'
import { createNode, newKey } from './actions'
import { FolderPicker } from './FolderPicker'
import styles from './NewNoteDialog.module.css'
import { type Audience, destinationOf, foretell } from './newNote'
import { SharedIcon, sharedText } from './SharedMark'
import { useTree } from './store'
import { useNode } from './useNode'

export interface NewNoteDialogProps {
  me: Me
  /** The folder that is chosen first; the top unless told. */
  folder?: string
  onClose: () => void
}

/** Makes a note: its name, where it is, and who will see it, told before it is made. */
export function NewNoteDialog({ me, folder: first, onClose }: NewNoteDialogProps) {
  const nodes = useTree().nodes ?? new Map<string, Node>()
  const [name, setName] = useState('')
  const [folder, setFolder] = useState<string | null>(first ?? null)
  const [asked, setAsked] = useState<Audience>()
  // One key for all tries: a note whose answer got lost is not made twice.
  const [key, setKey] = useState(newKey)
  const place = destinationOf(nodes, folder, name)
  const within = useNode(place.folder?.id)
  const standard = place.folder ? 'folder' : me.newNotes
  const audience = asked === undefined || (asked === 'folder' && !place.folder) ? standard : asked

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
        options={place.folder ? [likeFolder(place.folder, within), ...thisNoteAnswers] : thisNoteAnswers}
        value={audience}
        onChange={changing(setAsked)}
      />
      <Foretold {...foretell({ nodes, place, audience, within })} />
    </FormDialog>
  )
}

const likeFolder = (folder: Node, within: Node | undefined) => ({
  value: 'folder' as const,
  label: `Whoever has access to the folder “${folder.name}”`,
  description: `Now: ${lowered(sharedText(within ?? folder))}. Later: whoever has access then. You own it.`,
})

const lowered = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

function Foretold({ shared, words }: ReturnType<typeof foretell>) {
  return (
    <p className={styles.foretold} role="status">
      <SharedIcon shared={shared} />
      <span>{words}</span>
    </p>
  )
}
