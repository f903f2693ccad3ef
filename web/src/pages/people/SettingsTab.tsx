import { useState } from 'react'
import { api } from '../../api/client'
import type { NewNotes } from '../../api/types'
import { loadMe } from '../../app/session'
import { CheckField } from '../../ui/CheckField'
import { RadioCards } from '../../ui/RadioCards'
import { Skeleton } from '../../ui/Skeleton'
import { toast } from '../../ui/Toast'
import { ErrorNotice } from '../ErrorNotice'
import { newNotesAnswers, newNotesQuestion } from '../newNotes'
import page from '../Page.module.css'
import { useLoad } from '../useLoad'

interface Settings {
  newNotes: NewNotes
  /** Links to notes may let in people without an account. */
  linksAnyone: boolean
  /** Who counts as owner of everything; set when the server is started. */
  ownerRole?: string
}

const loadSettings = (signal: AbortSignal) => api.get<Settings>('/settings', { signal })

/** What administrators set for the whole server. Each choice counts at once. */
export function SettingsTab() {
  const { data, error, reload, setData } = useLoad(loadSettings)
  const [failure, setFailure] = useState<unknown>()
  const save = async (change: Partial<Settings>) => {
    setFailure(undefined)
    try {
      setData(await api.put<Settings>('/settings', change))
      toast('The setting is saved.')
      await loadMe() // it tells the new-note dialog the answer
    } catch (e) {
      setFailure(e)
    }
  }
  if (error !== undefined) return <ErrorNotice error={error} onRetry={reload} />
  if (!data) return <Skeleton rows={3} height={56} label="Loading settings" />
  return (
    <div className={`${page.form} ${page.narrow}`}>
      <RadioCards
        legend={newNotesQuestion}
        options={newNotesAnswers}
        value={data.newNotes}
        onChange={(newNotes) => save({ newNotes })}
      />
      <p className={page.small}>
        This is where a new note begins; its maker can choose otherwise. In a folder that is shared or closed,
        the folder decides. Notes that exist already stay as they are.
      </p>
      <CheckField
        label="Links may let in people without an account"
        hint="Owners can then make links that anyone can open, for twelve hours at a time, to read or run one note. Turning it off ends such visits at once."
        checked={data.linksAnyone}
        onChange={(linksAnyone) => save({ linksAnyone })}
      />
      <div>
        <h2 className={page.name}>Owner of everything</h2>
        <p className={page.small}>
          {data.ownerRole
            ? `“${data.ownerRole}” counts as owner of every folder and note. Each start of the server with it is in the log.`
            : 'Nobody. Administrators have no access to notes by being administrators.'}{' '}
          It is set when the server is started, with --notebook-owner-role.
        </p>
      </div>
      {failure !== undefined && <ErrorNotice error={failure} />}
    </div>
  )
}
