// The access to one node while it is edited: what the server has, one's own draft on
// it, and what happens when somebody else was faster.
import { useState } from 'react'
import { ApiError, api } from '../api/client'
import type { Grants } from '../api/types'
import { loadTree } from '../tree/store'
import { type Draft, draftOf, sameDraft, toChange } from './access'
import { type Merged, mergeDrafts } from './merge'

export interface Access {
  /** As the server has it. */
  grants: Grants
  /** As one wants it. */
  draft: Draft
  isChanged: boolean
  saving: boolean
  error: unknown
  /** What somebody else changed meanwhile, and whom both changed. */
  merged: Merged | undefined
  edit: (draft: Draft) => void
  /** Saves the draft given; true when it is done. */
  save: (draft: Draft) => Promise<boolean>
}

export function useAccess(node: string, first: Grants): Access {
  const [grants, setGrants] = useState(first)
  const [draft, setDraft] = useState(() => draftOf(first))
  const [saving, setSaving] = useState(false)
  const [error, setError] = useState<unknown>()
  const [merged, setMerged] = useState<Merged>()

  const edit = (next: Draft) => {
    setDraft(next)
    setError(undefined)
  }
  /** Takes what the server has now, and makes the edits of the draft on it again. */
  const mergeNow = async (mine: Draft) => {
    const theirs = await api.get<Grants>(`/nodes/${node}/grants`)
    const result = mergeDrafts(draftOf(grants), mine, draftOf(theirs))
    setMerged(result)
    setGrants(theirs)
    setDraft(result.draft)
  }
  const put = async (mine: Draft): Promise<boolean> => {
    try {
      setGrants(await api.put<Grants>(`/nodes/${node}/grants`, toChange(grants, mine)))
      setMerged(undefined)
      loadTree()
      return true
    } catch (e) {
      if (!(e instanceof ApiError && e.code === 'stale')) throw e
      await mergeNow(mine)
      return false
    }
  }
  const save = async (mine: Draft): Promise<boolean> => {
    setSaving(true)
    edit(mine)
    try {
      return await put(mine)
    } catch (e) {
      setError(e)
      return false
    } finally {
      setSaving(false)
    }
  }
  return { grants, draft, isChanged: !sameDraft(draft, draftOf(grants)), saving, error, merged, edit, save }
}
