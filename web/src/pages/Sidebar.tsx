// The sidebar of everybody signed in: where one can go, the tree of notes, and oneself.
import { type ReactNode, useEffect, useState } from 'react'
import type { Me, Node } from '../api/types'
import { Link, navigate, usePlace } from '../app/router'
import { useMe } from '../app/session'
import { ShareDialog } from '../share/ShareDialog'
import { cloneNode, trashNode } from '../tree/actions'
import { MoveDialog } from '../tree/MoveDialog'
import { NewNoteDialog } from '../tree/NewNoteDialog'
import type { Command } from '../tree/NodeMenu'
import { type Filter, pathOf } from '../tree/nodes'
import { noteOpened } from '../tree/opened'
import { loadTree, useTree } from '../tree/store'
import { type Editing, TreeView } from '../tree/TreeView'
import { IconButton } from '../ui/IconButton'
import { FolderIcon, HomeIcon, PlusIcon, SearchIcon, TrashIcon } from '../ui/icons'
import { Segmented } from '../ui/Segmented'
import { Skeleton } from '../ui/Skeleton'
import { toastError } from '../ui/Toast'
import { ErrorNotice } from './ErrorNotice'
import { PersonMenu } from './PersonMenu'
import styles from './Sidebar.module.css'

const filters: readonly { value: Filter; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'me', label: 'Only me' },
  { value: 'some', label: 'Shared' },
  { value: 'everyone', label: 'Public' },
]

type Open = { dialog: 'new' } | { dialog: 'move' | 'share'; node: Node }

export function Sidebar() {
  const me = useMe()
  return me && <SidebarOf me={me} />
}

function SidebarOf({ me }: { me: Me }) {
  const { nodes, error } = useTree()
  const { path } = usePlace()
  const current = /^\/n\/([0-9a-z]{26})$/.exec(path)?.[1]
  const [filter, setFilter] = useState<Filter>('all')
  const [editing, setEditing] = useState<Editing | null>(null)
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  const known = current !== undefined && nodes?.has(current)
  useEffect(() => {
    if (current && known) noteOpened(me.id, current)
  }, [me.id, current, known])

  const onCommand = (command: Command, node: Node) => {
    if (command === 'move' || command === 'share') setOpen({ dialog: command, node })
    else if (command === 'clone') cloneAndOpen(node).catch(toastError)
    else if (command === 'trash') trashAndLeave(node, current, nodes).catch(toastError)
  }
  return (
    <div className={styles.sidebar}>
      <ul className={styles.places}>
        <Place href="/" icon={<HomeIcon />} current={path === '/'}>
          Home
        </Place>
        <Place href="/?q=" icon={<SearchIcon />}>
          Search
        </Place>
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
      <div className={styles.filter}>
        <Segmented label="Which notes" value={filter} options={filters} onChange={setFilter} />
      </div>
      {error !== undefined && (
        <div className={styles.filter}>
          <ErrorNotice error={error} onRetry={loadTree} />
        </div>
      )}
      {nodes && (nodes.size > 0 || editing) ? (
        <TreeView
          key={me.id}
          nodes={nodes}
          filter={filter}
          me={me.id}
          current={current}
          editing={editing}
          onEditing={setEditing}
          onCommand={onCommand}
        />
      ) : (
        <div className={styles.blank}>
          {nodes && <p>No notes yet. The plus makes one.</p>}
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

function Place(props: { href: string; icon: ReactNode; current?: boolean; children: string }) {
  const { href, icon, current, children } = props
  return (
    <li>
      <Link href={href} className={styles.place} aria-current={current ? 'page' : undefined}>
        {icon}
        {children}
      </Link>
    </li>
  )
}

async function cloneAndOpen(node: Node) {
  const clone = await cloneNode(node)
  navigate(`/n/${clone.id}`)
}

/** Whoever looks at what goes into the trash, or at something in it, goes home. */
async function trashAndLeave(
  node: Node,
  current: string | undefined,
  nodes: ReadonlyMap<string, Node> | undefined,
) {
  const shown = nodes && current ? pathOf(nodes, current) : []
  await trashNode(node)
  if (shown.some((n) => n.id === node.id)) navigate('/')
}
