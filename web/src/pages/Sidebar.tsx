// The sidebar of everybody signed in: where one can go, the tree of notes, and oneself.
import { type ReactNode, useEffect, useState } from 'react'
import type { Me, Node } from '../api/types'
import { Link, navigate, usePlace } from '../app/router'
import { loadMe, useMe } from '../app/session'
import { ProposalReview } from '../share/ProposalReview'
import { useProposal } from '../share/proposal'
import { ShareDialog } from '../share/ShareDialog'
import { onTreeChanged } from '../socket/live'
import { cloneNode } from '../tree/actions'
import { nodeAt } from '../tree/address'
import { FolderKernelsDialog } from '../tree/FolderKernelsDialog'
import { MoveDialog } from '../tree/MoveDialog'
import { NewNoteDialog } from '../tree/NewNoteDialog'
import type { Command } from '../tree/NodeMenu'
import { pathOf } from '../tree/nodes'
import { noteOpened } from '../tree/opened'
import { moving, trashing } from '../tree/proposals'
import { loadTree, useTree } from '../tree/store'
import { type Editing, TreeView } from '../tree/TreeView'
import { EmptyWorkspace, WorkspaceChoice } from '../tree/WorkspaceChoice'
import { countNotes, useWorkspace } from '../tree/workspace'
import { IconButton } from '../ui/IconButton'
import { FolderIcon, HomeIcon, LockIcon, PlusIcon, SearchIcon, TrashIcon } from '../ui/icons'
import { Skeleton } from '../ui/Skeleton'
import { toastError } from '../ui/Toast'
import { ErrorNotice } from './ErrorNotice'
import { GuestSidebar } from './Guest'
import { PersonMenu } from './PersonMenu'
import styles from './Sidebar.module.css'

type Open = { dialog: 'new' } | { dialog: 'move' | 'share' | 'kernels'; node: Node }

export function Sidebar() {
  const me = useMe()
  if (me?.guest) return <GuestSidebar me={me} />
  return me && <SidebarOf me={me} />
}

function SidebarOf({ me }: { me: Me }) {
  const { nodes, error } = useTree()
  const place = usePlace()
  const { path } = place
  const current = nodeAt(place)
  const [workspace, setWorkspace] = useWorkspace(me.id)
  const [editing, setEditing] = useState<Editing | null>(null)
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  const { pending, propose, dismiss } = useProposal()
  const isNote = current !== undefined && nodes?.get(current)?.kind === 'note'
  useEffect(() => {
    if (current && isNote) noteOpened(me.id, current)
  }, [me.id, current, isNote])

  // Requests come with no signal of their own.
  useEffect(() => onTreeChanged(() => void loadMe().catch(() => {})), [])

  const hasRows = nodes && (workspace === 'all' ? nodes.size : countNotes(nodes.values())[workspace]) > 0
  /** Whoever looks at what goes into the trash, or at something in it, goes home. */
  const leave = (gone: Node) => {
    const shown = nodes && current ? pathOf(nodes, current) : []
    if (shown.some((n) => n.id === gone.id)) navigate('/')
  }
  const onCommand = (command: Command, node: Node) => {
    if (command === 'move' || command === 'share' || command === 'kernels') setOpen({ dialog: command, node })
    else if (command === 'clone') cloneAndOpen(node).catch(toastError)
    else if (command === 'trash') propose(trashing(node, me, () => leave(node))).catch(toastError)
  }
  const onMove = (node: Node, parent: string | null) => {
    const folder = parent === null ? undefined : nodes?.get(parent)
    propose(moving(node, folder)).catch(toastError)
  }
  return (
    <div className={styles.sidebar}>
      <ul className={styles.places}>
        <Place href="/" icon={<HomeIcon />} current={path === '/' && !current}>
          Home
        </Place>
        <Place href="/?q=" icon={<SearchIcon />}>
          Search
        </Place>
        {Boolean(me.requests) && (
          <Place href="/requests" icon={<LockIcon />} current={path === '/requests'} count={me.requests}>
            Requests
          </Place>
        )}
      </ul>
      <div className={styles.heading}>
        <h2>Notes</h2>
        <IconButton
          label="New folder"
          onClick={() => setEditing({ kind: 'create', node: 'folder', parent: null })}
        >
          <FolderIcon />
        </IconButton>
        <IconButton label="New note" onClick={() => setOpen({ dialog: 'new' })}>
          <PlusIcon />
        </IconButton>
      </div>
      {nodes && nodes.size > 0 && (
        <div className={styles.filter}>
          <WorkspaceChoice nodes={nodes} value={workspace} onChange={setWorkspace} />
        </div>
      )}
      {error !== undefined && (
        <div className={styles.filter}>
          <ErrorNotice error={error} onRetry={loadTree} />
        </div>
      )}
      {nodes && (hasRows || editing) ? (
        <TreeView
          key={me.id}
          nodes={nodes}
          filter={workspace}
          me={me.id}
          current={current}
          editing={editing}
          onEditing={setEditing}
          onCommand={onCommand}
          onMove={onMove}
        />
      ) : (
        <div className={styles.blank}>
          {nodes && (
            <EmptyWorkspace
              workspace={nodes.size > 0 ? workspace : 'all'}
              onAll={() => setWorkspace('all')}
            />
          )}
          {!nodes && error === undefined && <Skeleton rows={8} label="Loading notes" />}
        </div>
      )}
      <ul className={styles.places}>
        <Place href="/trash" icon={<TrashIcon />} current={path === '/trash'}>
          Trash
        </Place>
      </ul>
      <PersonMenu me={me} />
      {open?.dialog === 'new' && <NewNoteDialog me={me} onClose={close} />}
      {open?.dialog === 'kernels' && <FolderKernelsDialog node={open.node} onClose={close} />}
      {pending && <ProposalReview pending={pending} onClose={dismiss} />}
      {open?.dialog === 'move' && <MoveDialog node={open.node} onClose={close} />}
      {open?.dialog === 'share' && (
        <ShareDialog
          node={open.node.id}
          name={open.node.name}
          kind={open.node.kind}
          open
          onOpenChange={close}
        />
      )}
    </div>
  )
}

function Place(props: {
  href: string
  icon: ReactNode
  current?: boolean
  /** How many wait there. */
  count?: number
  children: string
}) {
  const { href, icon, current, count, children } = props
  return (
    <li>
      <Link href={href} className={styles.place} aria-current={current ? 'page' : undefined}>
        {icon}
        {children}
        {Boolean(count) && <span className={styles.badge}>{count}</span>}
      </Link>
    </li>
  )
}

async function cloneAndOpen(node: Node) {
  const clone = await cloneNode(node)
  navigate(`/n/${clone.id}`)
}
