import { useCallback, useEffect, useState } from 'react'
import { api } from '../../api/client'
import type { Me, User } from '../../api/types'
import { Button } from '../../ui/Button'
import { PlusIcon, SearchIcon } from '../../ui/icons'
import { Skeleton } from '../../ui/Skeleton'
import { TextField } from '../../ui/TextField'
import { toastError } from '../../ui/Toast'
import { ErrorNotice } from '../ErrorNotice'
import page from '../Page.module.css'
import { useLoad } from '../useLoad'
import { NewUserDialog } from './NewUserDialog'
import { PasteAccountsDialog } from './PasteAccountsDialog'
import { UserRow } from './UserRow'

interface UserPage {
  users: User[]
  more: boolean
}

const pause = 200

export function UsersTab({ me }: { me: Me }) {
  const [text, setText] = useState('')
  const query = useSettled(text.trim())
  const [adding, setAdding] = useState<'one' | 'list'>()
  const load = useCallback(
    (signal: AbortSignal) => api.get<UserPage>('/users', { query: { query: query || undefined }, signal }),
    [query],
  )
  const { data, error, reload, setData } = useLoad(load)

  const showMore = async () => {
    if (!data) return
    const more = { query: query || undefined, after: data.users.at(-1)?.id }
    const next = await api.get<UserPage>('/users', { query: more })
    setData({ users: [...data.users, ...next.users], more: next.more })
  }
  const changed = (user: User) =>
    data && setData({ ...data, users: data.users.map((u) => (u.id === user.id ? user : u)) })
  return (
    <div className={page.form}>
      <div className={page.tools}>
        <TextField
          label="Look for a user"
          hideLabel
          type="search"
          placeholder="Look for a user"
          autoComplete="off"
          icon={<SearchIcon />}
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
        <Button onClick={() => setAdding('list')}>Paste a list…</Button>
        <Button kind="primary" onClick={() => setAdding('one')}>
          <PlusIcon />
          Add a person
        </Button>
      </div>
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {!data && error === undefined && <Skeleton rows={6} height={44} label="Loading users" />}
      {data && data.users.length > 0 && (
        <ul className={page.list} aria-label="Users">
          {data.users.map((u) => (
            <UserRow key={u.id} user={u} isMe={u.id === me.id} onChanged={changed} />
          ))}
        </ul>
      )}
      {data?.users.length === 0 && (
        <p className={page.muted} role="status">
          No user's name begins with “{query}”.
        </p>
      )}
      {data?.more && <Button onClick={() => showMore().catch(toastError)}>Show more</Button>}
      {adding === 'one' && <NewUserDialog onClose={() => setAdding(undefined)} onCreated={reload} />}
      {adding === 'list' && <PasteAccountsDialog onClose={() => setAdding(undefined)} onMade={reload} />}
    </div>
  )
}

/** The text once it has not been changed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pause)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
