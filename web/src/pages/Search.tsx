import { Fragment, useCallback, useEffect, useRef, useState } from 'react'
import { api } from '../api/client'
import type { Node, SearchHit } from '../api/types'
import { Link, navigate, usePlace } from '../app/router'
import { hrefOf } from '../tree/address'
import { foldersNamed, pathOf, pathText } from '../tree/nodes'
import { SharedMark, sharedWords } from '../tree/SharedMark'
import { useTree } from '../tree/store'
import { addressOf, type Workspace } from '../tree/workspace'
import { Button } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'
import { FolderIcon, NoteIcon, SearchIcon } from '../ui/icons'
import { Skeleton } from '../ui/Skeleton'
import { TextField } from '../ui/TextField'
import { ErrorNotice } from './ErrorNotice'
import { highlight } from './highlight'
import styles from './Search.module.css'
import { useLoad } from './useLoad'

const pause = 200
const firstHits = 20
const mostHits = 100
const mostFolders = 20

/** The field for the words; what one searches for stands in the address. */
export function SearchField({ workspace }: { workspace: Workspace }) {
  const place = usePlace()
  const [text, setText] = useState(() => askedAt(place.search) ?? '')
  const field = useRef<HTMLInputElement>(null)
  const shown = useRef(askedAt(place.search))

  // The address changed by other means, such as the sidebar or the way back.
  useEffect(() => {
    const asked = askedAt(place.search)
    if (asked === '') field.current?.focus()
    if (asked === shown.current) return
    shown.current = asked
    setText(asked ?? '')
  }, [place])
  useEffect(() => {
    const wanted = text.trim() || null
    if (wanted === (shown.current || null)) return
    const timer = setTimeout(() => {
      shown.current = wanted
      navigate(addressOf(wanted ? `q=${encodeURIComponent(wanted)}` : '', workspace), { replace: true })
    }, pause)
    return () => clearTimeout(timer)
  }, [text, workspace])
  return (
    <search>
      <TextField
        ref={field}
        label="Search notes"
        hideLabel
        type="search"
        placeholder="Search in names, titles and text"
        autoComplete="off"
        maxLength={400}
        icon={<SearchIcon />}
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
    </search>
  )
}

const askedAt = (search: string) => new URLSearchParams(search).get('q')

interface Found {
  query: string
  workspace: Workspace
  hits: SearchHit[]
  total: number
  /** There are more than were counted. */
  more?: boolean
}

export interface SearchResultsProps {
  query: string
  workspace: Workspace
  onWorkspace: (workspace: Workspace) => void
}

export function SearchResults({ query, workspace, onWorkspace }: SearchResultsProps) {
  const [limit, setLimit] = useState(firstHits)
  const load = useCallback(
    async (signal: AbortSignal): Promise<Found> => {
      const shared = workspace === 'all' ? undefined : workspace
      const asked = { q: query, shared, limit }
      const found = await api.get<Omit<Found, 'query' | 'workspace'>>('/search', { query: asked, signal })
      return { query, workspace, ...found }
    },
    [query, workspace, limit],
  )
  const { data, error, loading, reload } = useLoad(load)
  const { nodes } = useTree()
  if (error !== undefined) return <ErrorNotice error={error} onRetry={reload} />
  if (!data) return <Skeleton rows={5} height={56} label="Searching" />
  const { hits, total, more } = data
  const folders = foldersIn(nodes, data)
  const found = [
    folders.length > 0 && counted(folders.length, 'folder', 'folders'),
    total > 0 && `${total}${more ? ' or more' : ''} ${total === 1 ? 'hit' : 'hits'}`,
  ].filter(Boolean)
  return (
    <section aria-label="Search results" aria-busy={loading}>
      <p className={styles.count} role="status">
        {found.join(' and ') || 'Nothing found'} for “{data.query}”{within(data.workspace)}
      </p>
      {found.length === 0 && (
        <EmptyState
          icon={<SearchIcon />}
          title="Nothing found"
          action={
            data.workspace === 'all' ? (
              <Button onClick={() => navigate('/')}>Clear</Button>
            ) : (
              <Button onClick={() => onWorkspace('all')}>Search all notes</Button>
            )
          }
        >
          The names of folders, and the names, titles and text of the notes you may read
          {within(data.workspace)} were searched, for whole words and the beginning of the last one.
        </EmptyState>
      )}
      {folders.length > mostFolders && (
        <p className={styles.count}>
          The first {mostFolders} folders are shown. More letters find the others.
        </p>
      )}
      <ul className={styles.hits}>
        {folders.slice(0, mostFolders).map((folder) => (
          <FolderHit key={folder.id} folder={folder} query={data.query} />
        ))}
        {hits.map((hit) => (
          <Hit key={`${hit.note} ${hit.paragraph ?? ''}`} hit={hit} query={data.query} />
        ))}
      </ul>
      {hits.length < total && limit < mostHits && (
        <Button busy={loading} onClick={() => setLimit(mostHits)}>
          Show more
        </Button>
      )}
    </section>
  )
}

const counted = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`

const within = (workspace: Workspace) => (workspace === 'all' ? '' : ` in “${sharedWords[workspace]}”`)

/** Folders by their names: the tree has them all here. */
function foldersIn(nodes: ReadonlyMap<string, Node> | undefined, { query, workspace }: Found): Node[] {
  const isShown = (n: Node) => workspace === 'all' || n.shared === workspace
  return nodes ? foldersNamed(nodes, query, isShown) : []
}

function FolderHit({ folder, query }: { folder: Node; query: string }) {
  const path = pathOf(useTree().nodes ?? new Map(), folder.id).slice(0, -1)
  return (
    <li className={styles.hit}>
      <FolderIcon />
      <div className={styles.body}>
        <Link href={hrefOf(folder)} className={styles.name}>
          <Marked text={folder.name} query={query} />
        </Link>
        {path.length > 0 && <p className={styles.path}>{pathText(path)}</p>}
      </div>
      <SharedMark node={folder} word />
    </li>
  )
}

function Hit({ hit, query }: { hit: SearchHit; query: string }) {
  const href = hit.paragraph ? `/n/${hit.note}#${encodeURIComponent(hit.paragraph)}` : `/n/${hit.note}`
  const node = useTree().nodes?.get(hit.note)
  return (
    <li className={styles.hit}>
      <NoteIcon />
      <div className={styles.body}>
        <Link href={href} className={styles.name}>
          <Marked text={hit.name} query={query} />
          {hit.title && (
            <span className={styles.title}>
              {' › '}
              <Marked text={hit.title} query={query} />
            </span>
          )}
        </Link>
        {hit.path.length > 0 && <p className={styles.path}>{pathText(hit.path)}</p>}
        {hit.snippet && (
          <p className={styles.snippet}>
            <Marked text={hit.snippet} query={query} />
          </p>
        )}
      </div>
      {node && <SharedMark node={node} word />}
    </li>
  )
}

function Marked({ text, query }: { text: string; query: string }) {
  let at = 0
  return highlight(text, query).map((piece) => {
    const key = at
    at += piece.text.length
    return piece.hit ? <mark key={key}>{piece.text}</mark> : <Fragment key={key}>{piece.text}</Fragment>
  })
}
