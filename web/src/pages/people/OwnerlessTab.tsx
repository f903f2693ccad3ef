import { useState } from 'react'
import type { OwnerlessNode } from '../../api/admin'
import { api } from '../../api/client'
import { useChosen } from '../../share/chosen'
import { PeopleField } from '../../share/PeopleField'
import { nameOf } from '../../share/PrincipalName'
import { pathText } from '../../tree/nodes'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { CheckIcon, FolderIcon, NoteIcon } from '../../ui/icons'
import { Skeleton } from '../../ui/Skeleton'
import { toast } from '../../ui/Toast'
import { ErrorNotice } from '../ErrorNotice'
import { FormDialog } from '../FormDialog'
import page from '../Page.module.css'
import { useLoad } from '../useLoad'

interface Ownerless {
  nodes: OwnerlessNode[]
  total: number
}

const loadOwnerless = (signal: AbortSignal) => api.get<Ownerless>('/ownerless', { signal })

/** Folders and notes whose owners are all gone, to be passed on. */
export function OwnerlessTab() {
  const { data, error, reload } = useLoad(loadOwnerless)
  const [passing, setPassing] = useState<OwnerlessNode | null>(null)
  return (
    <div className={page.form}>
      <p className={page.lead}>
        Nobody can decide any more who has access to these: the accounts that own them are disabled, or the
        groups are empty. You can pass each on to a person or a group. That is recorded, and gives you
        nothing.
      </p>
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {!data && error === undefined && <Skeleton rows={3} height={52} label="Loading" />}
      {data?.total === 0 && (
        <EmptyState icon={<CheckIcon />} title="Everything has an owner">
          When an account is disabled, what only it owned appears here.
        </EmptyState>
      )}
      {data && data.nodes.length > 0 && (
        <ul className={page.list} aria-label="Without an owner">
          {data.nodes.map((node) => (
            <OwnerlessRow key={node.id} node={node} onPass={() => setPassing(node)} />
          ))}
        </ul>
      )}
      {data && data.total > data.nodes.length && (
        <p className={page.muted}>
          {(data.total - data.nodes.length).toLocaleString()} more than are listed.
        </p>
      )}
      {passing && <PassOnDialog node={passing} onClose={() => setPassing(null)} onDone={reload} />}
    </div>
  )
}

function OwnerlessRow({ node, onPass }: { node: OwnerlessNode; onPass: () => void }) {
  const owners = node.owners.map(nameOf)
  return (
    <li className={page.item} aria-label={node.name}>
      {node.kind === 'folder' ? <FolderIcon /> : <NoteIcon />}
      <div className={page.main}>
        <div className={page.name}>
          {node.name}
          {node.trashed && <span className={page.tag}>In the trash</span>}
        </div>
        <div className={page.small}>
          {node.path.length > 0 && `${pathText(node.path)} · `}
          {owners.length > 0 ? `was owned by ${owners.join(', ')}` : 'nobody owned it'}
        </div>
      </div>
      <Button onClick={onPass}>
        Pass on…<span className="visually-hidden"> “{node.name}”</span>
      </Button>
    </li>
  )
}

interface PassOnProps {
  node: OwnerlessNode
  onClose: () => void
  onDone: () => void
}

function PassOnDialog({ node, onClose, onDone }: PassOnProps) {
  const people = useChosen((p) => p.kind === 'user' || p.kind === 'group')
  const pass = async () => {
    const [heir, more] = await people.settled()
    if (!heir) throw new Error('Name a person or a group.')
    if (more) throw new Error('Pass it on to one. They can share it with others then.')
    await api.post(`/ownerless/${node.id}`, { principal: { id: heir.id } })
    toast(`“${node.name}” belongs to ${nameOf(heir)} now.`)
    onDone()
    onClose()
  }
  return (
    <FormDialog
      title={`Pass “${node.name}” on`}
      description={
        node.kind === 'folder'
          ? 'The new owner decides who has access to the folder and what is in it. All else stays as it is.'
          : 'The new owner decides who has access to it. All else stays as it is.'
      }
      verb="Pass on"
      disabled={people.list.length === 0}
      onClose={onClose}
      onSubmit={pass}
    >
      <PeopleField
        label="New owner"
        placeholder="A person or a group"
        people={people}
        autoFocus
        accepts={(p) => p.kind === 'user' || p.kind === 'group'}
      />
    </FormDialog>
  )
}
