import { Fragment, useCallback, useEffect, useRef, useState } from 'react'
import { api } from '../api/client'
import type { SearchHit } from '../api/types'
import { Link, navigate, usePlace } from '../app/router'
import { pathText } from '../tree/nodes'
import { SharedMark, sharedWords } from '../tree/SharedMark'
import { useTree } from '../tree/store'
import { addressOf, type Workspace } from '../tree/workspace'
import { Button } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'
import { NoteIcon, SearchIcon } from '../ui/icons'
import { Skeleton } from '../ui/Skeleton'
import { TextField } from '../ui/TextField'
import { ErrorNotice } from './ErrorNotice'
import { highlight } from './highlight'
import styles from './Search.module.css'
import { useLoad } from './useLoad'

const pause = 200
const firstHits = 20
const mostHits = 100

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
  if (error !== undefined) return <ErrorNotice error={error} onRetry={reload} />
  if (!data) return <Skeleton rows={5} height={56} label="Searching" />
  const { hits, total, more } = data
  return (
    <section aria-label="Search results" aria-busy={loading}>
      <p className={styles.count} role="status">
        {total === 0 ? 'Nothing found' : `${total}${more ? ' or more' : ''} ${total === 1 ? 'hit' : 'hits'}`}{' '}
        for “{data.query}”{within(data.workspace)}
      </p>
      {total === 0 && (
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
          The names, titles and text of the notes you may read{within(data.workspace)} were searched, for
          whole words and the beginning of the last one.
        </EmptyState>
      )}
      <ul className={styles.hits}>
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

const within = (workspace: Workspace) => (workspace === 'all' ? '' : ` in “${sharedWords[workspace]}”`)

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
