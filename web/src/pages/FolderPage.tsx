// A folder as the place one is at: what is in it, and what one does there.
import { useState } from 'react'
import type { Me, Node } from '../api/types'
import { TopBar } from '../app/AppShell'
import { Link } from '../app/router'
import { ShareDialog } from '../share/ShareDialog'
import { hrefOf } from '../tree/address'
import { NewNoteDialog } from '../tree/NewNoteDialog'
import { childrenOf, pathOf } from '../tree/nodes'
import { loadTree, useTree } from '../tree/store'
import { WorkspaceNotice } from '../tree/WorkspaceChoice'
import { useWorkspace } from '../tree/workspace'
import { Button } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'
import { FolderIcon, PlusIcon } from '../ui/icons'
import { Skeleton } from '../ui/Skeleton'
import { ErrorPage } from './ErrorPage'
import styles from './HomePage.module.css'
import { NoAccessPage } from './NoAccessPage'
import { NodeList } from './NodeList'
import { usePageTitle } from './usePageTitle'

type Nodes = ReadonlyMap<string, Node>

/** The folder with this id, or what stands in place of what one may not read. */
export function FolderPage({ me, id }: { me: Me; id: string }) {
  const { nodes, error } = useTree()
  const folder = nodes?.get(id)
  usePageTitle(folder?.name ?? 'Folder')
  if (!nodes && error !== undefined) return <ErrorPage error={error} onRetry={loadTree} />
  if (nodes && folder?.kind !== 'folder') return <NoAccessPage ask={id} />
  return (
    <div className={styles.page}>
      {nodes && folder ? (
        <>
          <FolderHead me={me} folder={folder} nodes={nodes} />
          <FolderContent me={me} folder={folder} nodes={nodes} />
        </>
      ) : (
        <Skeleton rows={6} height={40} label="Loading the folder" />
      )}
    </div>
  )
}

interface FolderProps {
  me: Me
  folder: Node
  nodes: Nodes
}

function FolderHead({ me, folder, nodes }: FolderProps) {
  const [open, setOpen] = useState<'share' | 'new'>()
  const close = () => setOpen(undefined)
  return (
    <>
      <TopBar>
        <Way folder={folder} nodes={nodes} />
      </TopBar>
      <div className={styles.head}>
        <h1 className={styles.title}>{folder.name}</h1>
        <Button onClick={() => setOpen('share')}>
          {folder.allowed.includes('manage') ? 'Share…' : 'Who has access…'}
        </Button>
        {folder.allowed.includes('write') && (
          <Button kind="primary" onClick={() => setOpen('new')}>
            <PlusIcon />
            New note here
          </Button>
        )}
      </div>
      {open === 'new' && <NewNoteDialog me={me} folder={folder.id} onClose={close} />}
      {open === 'share' && (
        <ShareDialog node={folder.id} name={folder.name} kind="folder" open onOpenChange={close} />
      )}
    </>
  )
}

/** The folders that lead to it. */
function Way({ folder, nodes }: { folder: Node; nodes: Nodes }) {
  return (
    <nav aria-label="Folder" className={styles.way}>
      <Link href="/">Home</Link>
      {pathOf(nodes, folder.id).map((n) => (
        <span key={n.id}>
          <span aria-hidden="true">/</span>
          <Link href={hrefOf(n)} aria-current={n === folder ? 'page' : undefined}>
            {n.name}
          </Link>
        </span>
      ))}
    </nav>
  )
}

function FolderContent({ me, folder, nodes }: FolderProps) {
  const [workspace, setWorkspace] = useWorkspace(me.id)
  const isEmpty = childrenOf(nodes, folder.id).length === 0
  const shown = childrenOf(nodes, folder.id, workspace)
  if (isEmpty)
    return (
      <EmptyState icon={<FolderIcon />} title="Nothing is in this folder">
        Notes that are made or put here stand here, if you may read them.
      </EmptyState>
    )
  return (
    <>
      {workspace !== 'all' && <WorkspaceNotice workspace={workspace} onAll={() => setWorkspace('all')} />}
      {shown.length > 0 && <NodeList title="In this folder" shown={shown} />}
    </>
  )
}
