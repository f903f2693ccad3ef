import { useEffect, useState } from 'react'
import { ApiError, api } from '../api/client'
import type { TrashedNode } from '../api/types'
import { TopBar } from '../app/AppShell'
import { navigate } from '../app/router'
import { useMe } from '../app/session'
import { ProposalReview } from '../share/ProposalReview'
import { useProposal } from '../share/proposal'
import { useReturnFocus } from '../share/useReturnFocus'
import { onTreeChanged } from '../socket/live'
import { hrefOf } from '../tree/address'
import { pathText } from '../tree/nodes'
import { restoring } from '../tree/proposals'
import { Button } from '../ui/Button'
import { ConfirmDialog } from '../ui/ConfirmDialog'
import { EmptyState } from '../ui/EmptyState'
import { FolderIcon, NoteIcon, RestartIcon, TrashIcon } from '../ui/icons'
import { Skeleton } from '../ui/Skeleton'
import { toast, toastError } from '../ui/Toast'
import { ErrorPage } from './ErrorPage'
import styles from './Page.module.css'
import { RestoreDialog } from './RestoreDialog'
import { useLoad } from './useLoad'
import { usePageTitle } from './usePageTitle'
import { When } from './When'

type Open = { kind: 'delete' | 'rename'; node: TrashedNode }

const loadTrash = (signal: AbortSignal) => api.get<{ nodes: TrashedNode[] }>('/trash', { signal })

/** What was put away and may still be taken back. */
export function TrashPage() {
  const { data, error, reload } = useLoad(loadTrash)
  const me = useMe()
  const [open, setOpen] = useState<Open | null>(null)
  const { pending, propose, dismiss } = useProposal()
  usePageTitle('Trash')
  useReturnFocus(open?.kind === 'delete')
  useEffect(() => onTreeChanged(reload), [reload])

  const restore = async (node: TrashedNode, name?: string) => {
    const back = () => {
      toast(`“${name ?? node.name}” is back.`, {
        action: { label: 'Open', run: () => navigate(hrefOf(node)) },
      })
      reload()
    }
    if (me) await propose(restoring(node, me, name, back))
  }
  const restoreAsItWas = (node: TrashedNode) =>
    restore(node).catch((e) => {
      if (!(e instanceof ApiError && e.code === 'conflict')) throw e
      setOpen({ kind: 'rename', node }) // its name is taken by now
    })
  const remove = async (node: TrashedNode) => {
    await api.delete(`/nodes/${node.id}`)
    toast(`“${node.name}” is deleted.`)
    reload()
  }
  if (error !== undefined && !data) return <ErrorPage error={error} onRetry={reload} />
  return (
    <div className={styles.page}>
      <TopBar>
        <span className={styles.place}>Trash</span>
      </TopBar>
      <h1 className={styles.title}>Trash</h1>
      {!data && <Skeleton rows={5} height={48} label="Loading the trash" />}
      {data?.nodes.length === 0 && (
        <EmptyState icon={<TrashIcon />} title="The trash is empty">
          Notes and folders that you may manage land here before they are deleted for good.
        </EmptyState>
      )}
      {data && data.nodes.length > 0 && (
        <ul className={styles.list} aria-label="In the trash">
          {data.nodes.map((node) => (
            <TrashRow
              key={node.id}
              node={node}
              onRestore={() => restoreAsItWas(node).catch(toastError)}
              onDelete={() => setOpen({ kind: 'delete', node })}
            />
          ))}
        </ul>
      )}
      {open?.kind === 'rename' && (
        <RestoreDialog
          node={open.node}
          onClose={() => setOpen(null)}
          onRestore={(name) => restore(open.node, name)}
        />
      )}
      {pending && <ProposalReview pending={pending} onClose={dismiss} />}
      <ConfirmDialog
        open={open?.kind === 'delete'}
        onOpenChange={() => setOpen(null)}
        title={`Delete “${open?.node.name}” for good?`}
        confirm="Delete for good"
        danger
        onConfirm={() => open && remove(open.node).catch(toastError)}
      >
        {open?.node.kind === 'folder'
          ? 'The folder and all notes in it, with their history and results, are deleted for everybody. This cannot be undone.'
          : 'The note, with its history and results, is deleted for everybody. This cannot be undone.'}
      </ConfirmDialog>
    </div>
  )
}

function TrashRow(props: { node: TrashedNode; onRestore: () => void; onDelete: () => void }) {
  const { node, onRestore, onDelete } = props
  return (
    <li className={styles.item} aria-label={node.name}>
      {node.kind === 'folder' ? <FolderIcon /> : <NoteIcon />}
      <div className={styles.main}>
        <div className={styles.name}>{node.name}</div>
        <div className={styles.small}>
          {node.path.length > 0 && `${pathText(node.path)} · `}
          put away by {node.trashedBy || 'somebody'} <When time={node.trashedAt} />
        </div>
      </div>
      <div className={styles.end}>
        <Button onClick={onRestore} aria-label={`Restore ${node.name}`}>
          <RestartIcon />
          <span className={styles.wideOnly}>Restore</span>
        </Button>
        <Button kind="danger" onClick={onDelete} aria-label={`Delete ${node.name} for good`}>
          <TrashIcon />
          <span className={styles.wideOnly}>Delete</span>
        </Button>
      </div>
    </li>
  )
}
