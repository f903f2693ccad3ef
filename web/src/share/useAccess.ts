// The access to one node while it is edited: what the server has, one's own draft on
// it, and what happens when somebody else was faster.
import { useState } from 'react'
import { ApiError, api } from '../api/client'
import type { Grants } from '../api/types'
import { loadTree } from '../tree/store'
import { type Entry, entriesOf, sameEntries, toChange } from './access'
import { type Merged, mergeEntries } from './merge'

export interface Access {
  /** As the server has it. */
  grants: Grants
  /** As one wants it. */
  entries: Entry[]
  dirty: boolean
  saving: boolean
  error: unknown
  /** What somebody else changed meanwhile, and whom both changed. */
  merged: Merged | undefined
  edit: (entries: Entry[]) => void
  /** Saves the draft, or the entries given in its place; true when it is done. */
  save: (entries?: Entry[]) => Promise<boolean>
}

export function useAccess(node: string, first: Grants): Access {
  const [grants, setGrants] = useState(first)
  const [entries, setEntries] = useState(() => entriesOf(first))
  const [saving, setSaving] = useState(false)
  const [error, setError] = useState<unknown>()
  const [merged, setMerged] = useState<Merged>()

  const take = (answer: Grants, draft: Entry[]) => {
    setGrants(answer)
    setEntries(draft)
  }
  /** Takes what the server has now, and makes the edits of the draft on it again. */
  const mergeNow = async (mine: Entry[]) => {
    const theirs = await api.get<Grants>(`/nodes/${node}/grants`)
    const result = mergeEntries(entriesOf(grants), mine, entriesOf(theirs))
    setMerged(result)
    take(theirs, result.entries)
  }
  const put = async (mine: Entry[]): Promise<boolean> => {
    try {
      const answer = await api.put<Grants>(`/nodes/${node}/grants`, toChange(grants.version, mine))
      take(answer, entriesOf(answer))
      setMerged(undefined)
      loadTree()
      return true
    } catch (e) {
      if (!(e instanceof ApiError && e.code === 'stale')) throw e
      await mergeNow(mine)
      return false
    }
  }
  const save = async (mine = entries): Promise<boolean> => {
    setSaving(true)
    setError(undefined)
    setEntries(mine)
    try {
      return await put(mine)
    } catch (e) {
      setError(e)
      return false
    } finally {
      setSaving(false)
    }
  }
  const edit = (next: Entry[]) => {
    setEntries(next)
    setError(undefined)
  }
  const dirty = !sameEntries(entries, entriesOf(grants))
  return { grants, entries, dirty, saving, error, merged, edit, save }
}
