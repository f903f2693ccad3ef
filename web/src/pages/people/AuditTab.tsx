import { type FormEvent, useCallback, useState } from 'react'
import type { AuditEntry } from '../../api/admin'
import { api } from '../../api/client'
import { useTree } from '../../tree/store'
import { Button } from '../../ui/Button'
import { Skeleton } from '../../ui/Skeleton'
import { TextField } from '../../ui/TextField'
import { toastError } from '../../ui/Toast'
import { ErrorNotice } from '../ErrorNotice'
import page from '../Page.module.css'
import { useLoad } from '../useLoad'
import { When } from '../When'
import styles from './AuditTab.module.css'
import { nodeIn } from './caps'

interface Filter {
  object: string
  person: string
  operation: string
}

const all: Filter = { object: '', person: '', operation: '' }
const pageSize = 200

/** What was done and refused, newest first. */
export function AuditTab() {
  const [filter, setFilter] = useState(all)
  const load = useCallback(
    (signal: AbortSignal) => api.get<{ entries: AuditEntry[] }>('/audit', { query: queryOf(filter), signal }),
    [filter],
  )
  const { data, error, loading, reload, setData } = useLoad(load)
  const [end, setEnd] = useState<AuditEntry>()
  const entries = data?.entries ?? []
  const last = entries.at(-1)
  const more = async () => {
    const next = await api.get<{ entries: AuditEntry[] }>('/audit', {
      query: { ...queryOf(filter), before: last?.id },
    })
    if (next.entries.length < pageSize) setEnd(next.entries.at(-1) ?? last)
    setData({ entries: [...entries, ...next.entries] })
  }
  const isAll = entries.length < pageSize || (end !== undefined && end === last)
  return (
    <div className={page.form}>
      <AuditFilter onFilter={setFilter} />
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {!data && error === undefined && <Skeleton rows={8} height={36} label="Loading the log" />}
      {data && entries.length === 0 && (
        <p className={page.muted} role="status">
          Nothing in the log fits.
        </p>
      )}
      {entries.length > 0 && (
        <ul className={page.list} aria-label="Audit log" aria-busy={loading}>
          {entries.map((e) => (
            <AuditRow key={e.id} entry={e} />
          ))}
        </ul>
      )}
      {entries.length > 0 && !isAll && (
        <div>
          <Button onClick={() => more().catch(toastError)}>Show earlier</Button>
        </div>
      )}
    </div>
  )
}

const queryOf = ({ object, person, operation }: Filter) => ({
  object: nodeIn(object) ?? (object.trim() || undefined),
  person: person.trim() || undefined,
  operation: operation.trim() || undefined,
})

function AuditFilter({ onFilter }: { onFilter: (filter: Filter) => void }) {
  const [typed, setTyped] = useState(all)
  const field = (key: keyof Filter) => ({
    autoComplete: 'off',
    value: typed[key],
    onChange: (e: { target: { value: string } }) => setTyped({ ...typed, [key]: e.target.value }),
  })
  const submit = (e: FormEvent) => {
    e.preventDefault()
    onFilter(typed)
  }
  return (
    <form className={styles.filter} onSubmit={submit} aria-label="Filter the log">
      <TextField label="Object" placeholder="Address of a note, or a name" {...field('object')} />
      <TextField label="Person" placeholder="Name they sign in with" {...field('person')} />
      <TextField
        label="Operation begins with"
        placeholder="grants. or session.signin"
        {...field('operation')}
      />
      <Button type="submit" kind="primary">
        Filter
      </Button>
    </form>
  )
}

function AuditRow({ entry }: { entry: AuditEntry }) {
  const named = useTree().nodes?.get(entry.object ?? '')?.name
  const detail = Object.entries(entry.detail ?? {}).filter(([, v]) => v !== null && v !== '')
  return (
    <li className={styles.row}>
      <span className={styles.when}>
        <When time={entry.at} />
      </span>
      <div className={page.main}>
        <div>
          <strong>{entry.actor}</strong> <code className={styles.operation}>{entry.operation}</code>
          {entry.object && (
            <span className={styles.object}> {named ? `“${named}” ${entry.object}` : entry.object}</span>
          )}
          {entry.outcome === 'refused' && (
            <span className={page.tag} data-tone="warn">
              Refused{entry.count > 1 && ` ${entry.count} times`}
            </span>
          )}
        </div>
        {detail.length > 0 && (
          <details className={page.small}>
            <summary>
              Details
              <span className="visually-hidden">
                {' '}
                of {entry.operation} by {entry.actor}
              </span>
            </summary>
            <dl className={styles.detail}>
              {detail.map(([key, value]) => (
                <div key={key}>
                  <dt>{key}</dt>
                  <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </div>
    </li>
  )
}
