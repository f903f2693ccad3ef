// What somebody can reach: what it is, what they may do there, and by what.
import { useCallback, useState } from 'react'
import type { Reach, ReachedNode } from '../api/admin'
import { api } from '../api/client'
import { Link } from '../app/router'
import { actionsText } from '../share/actionWords'
import { hrefOf } from '../tree/address'
import { Button } from '../ui/Button'
import { FolderIcon, NoteIcon } from '../ui/icons'
import { Segmented } from '../ui/Segmented'
import { Skeleton } from '../ui/Skeleton'
import { toastError } from '../ui/Toast'
import { ErrorNotice } from './ErrorNotice'
import page from './Page.module.css'
import { useLoad } from './useLoad'

type Kind = 'all' | 'note' | 'folder'

const kinds: readonly { value: Kind; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'note', label: 'Notes' },
  { value: 'folder', label: 'Folders' },
]

/** `path` is that of the API, for oneself or for somebody else. */
export function ReachList({ path }: { path: string }) {
  const [kind, setKind] = useState<Kind>('all')
  const query = { kind: kind === 'all' ? undefined : kind }
  const load = useCallback(
    (signal: AbortSignal) => {
      const only = { kind: kind === 'all' ? undefined : kind }
      return api.get<Reach>(path, { query: only, signal })
    },
    [path, kind],
  )
  const { data, error, loading, reload, setData } = useLoad(load)
  const more = async () => {
    if (!data) return
    const next = await api.get<Reach>(path, { query: { ...query, after: data.nodes.at(-1)?.id } })
    setData({ ...next, nodes: [...data.nodes, ...next.nodes] })
  }
  if (error !== undefined) return <ErrorNotice error={error} onRetry={reload} />
  if (!data) return <Skeleton rows={5} height={44} label="Looking it up" />
  return (
    <div className={page.form} aria-busy={loading}>
      <div className={page.tools}>
        <p className={page.small} role="status">
          {countText(data)}
        </p>
        <Segmented label="Which" value={kind} options={kinds} onChange={setKind} />
      </div>
      {data.nodes.length > 0 && (
        <ul className={page.list} aria-label="Within reach">
          {data.nodes.map((node) => (
            <ReachRow key={node.id} node={node} />
          ))}
        </ul>
      )}
      {data.more && (
        <div>
          <Button onClick={() => more().catch(toastError)}>Show more</Button>
        </div>
      )}
    </div>
  )
}

function countText({ total, hidden }: Reach): string {
  if (total === 0) return 'Nothing.'
  const shown = total === 1 ? '1 folder or note' : `${total.toLocaleString()} folders and notes`
  return hidden > 0
    ? `${shown}; ${hidden.toLocaleString()} not named, because you may not read ${hidden === 1 ? 'it' : 'them'}.`
    : `${shown}.`
}

function ReachRow({ node }: { node: ReachedNode }) {
  return (
    <li className={page.item}>
      {node.kind === 'folder' ? <FolderIcon /> : <NoteIcon />}
      <div className={page.main}>
        <div className={page.name}>
          <Link href={hrefOf(node)}>{node.name}</Link>
        </div>
        <div className={page.small}>
          {node.path && node.path !== node.name && `${node.path} · `}
          {actionsText(node.actions)} · {node.through.join('; ')}
        </div>
      </div>
    </li>
  )
}
