import { useState } from 'react'
import { api } from '../../api/client'
import type { NewNotes } from '../../api/types'
import { loadMe } from '../../app/session'
import { RadioCards } from '../../ui/RadioCards'
import { Skeleton } from '../../ui/Skeleton'
import { toast } from '../../ui/Toast'
import { ErrorNotice } from '../ErrorNotice'
import { newNotesAnswers, newNotesQuestion } from '../newNotes'
import page from '../Page.module.css'
import { useLoad } from '../useLoad'

interface Settings {
  newNotes: NewNotes
}

const loadSettings = (signal: AbortSignal) => api.get<Settings>('/settings', { signal })

/** What administrators set for the whole server. Each choice counts at once. */
export function SettingsTab() {
  const { data, error, reload, setData } = useLoad(loadSettings)
  const [failure, setFailure] = useState<unknown>()
  const save = async (newNotes: NewNotes) => {
    setFailure(undefined)
    try {
      setData(await api.put<Settings>('/settings', { newNotes }))
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
      <RadioCards legend={newNotesQuestion} options={newNotesAnswers} value={data.newNotes} onChange={save} />
      <p className={page.small}>
        This is where a new note begins; its maker can choose otherwise. In a folder that is shared or closed,
        the folder decides. Notes that exist already stay as they are.
      </p>
      {failure !== undefined && <ErrorNotice error={failure} />}
    </div>
  )
}
