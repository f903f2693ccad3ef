import type { ReactNode } from 'react'
import type { Node } from '../api/types'
import { Button } from '../ui/Button'
import { Segmented } from '../ui/Segmented'
import { sharedWords } from './SharedMark'
import styles from './WorkspaceChoice.module.css'
import { countNotes, type Workspace, workspaces } from './workspace'

export interface WorkspaceChoiceProps {
  nodes: ReadonlyMap<string, Node>
  value: Workspace
  onChange: (workspace: Workspace) => void
}

const words: Record<Workspace, string> = { all: 'All', ...sharedWords }

/** All notes, or those that only oneself, some or everybody can reach, with their numbers. */
export function WorkspaceChoice({ nodes, value, onChange }: WorkspaceChoiceProps) {
  const count = countNotes(nodes.values())
  const options = workspaces.map((w) => ({
    value: w,
    label: (
      <span className={styles.choice}>
        {words[w]}
        <span className={styles.count}>
          {count[w].toLocaleString()}
          <span className="visually-hidden"> {count[w] === 1 ? 'note' : 'notes'}</span>
        </span>
      </span>
    ),
  }))
  return <Segmented<Workspace> label="Which notes" value={value} options={options} onChange={onChange} />
}

const reasons: Record<Workspace, ReactNode> = {
  all: 'No notes yet. The plus makes one.',
  me: 'Every note you can read can be read by somebody else too. A new note can be yours alone: the dialog that makes it asks.',
  some: 'No note is shared with single people or groups: each is yours alone, or open to everyone who signs in.',
  everyone: 'No note is open to everyone who signs in.',
}

/** Why a workspace shows nothing. */
export function EmptyWorkspace({ workspace, onAll }: { workspace: Workspace; onAll: () => void }) {
  return (
    <div className={styles.empty}>
      <p>{reasons[workspace]}</p>
      {workspace !== 'all' && <Button onClick={onAll}>Show all notes</Button>}
    </div>
  )
}

/** Says that not all notes are shown, where the choice itself may be out of sight. */
export function WorkspaceNotice({ workspace, onAll }: { workspace: Workspace; onAll: () => void }) {
  return (
    <p className={styles.notice}>
      Only notes under “{words[workspace]}” are shown.{' '}
      <button type="button" onClick={onAll}>
        Show all notes
      </button>
    </p>
  )
}
