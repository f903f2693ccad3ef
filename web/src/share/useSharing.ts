// What happens in the dialog between pressing something and saving it: whom one adds,
// what is looked at once more, and what is refused here already.
import { useState } from 'react'
import { api } from '../api/client'
import type { Preview } from '../api/sharing'
import type { Grants, Me, Node, Role } from '../api/types'
import { messageOf } from '../pages/ErrorNotice'
import { type Draft, hasOwner, keepsManaging, toChange } from './access'
import type { AccessState, AccessStore } from './accessStore'
import { knownOf, useChosen } from './chosen'
import { type Edit, giveAll } from './edits'
import { needsReview, type Widening, wideningOf } from './review'

/** An edit that waits for a second yes. */
export interface Review {
  edit: Edit
  after: Draft
  widening: Widening | 'leaving'
  preview?: Preview
  /** Why what it would do is not known. */
  error?: unknown
}

export interface SharingOptions {
  node: string
  kind: Node['kind']
  me: Me
  grants: Grants
  store: AccessStore
  state: AccessState
}

export function useSharing({ node, kind, me, grants, store, state }: SharingOptions) {
  const adding = useChosen()
  const [role, setRole] = useState<Role>('reader')
  const [review, setReview] = useState<Review>()
  const [problem, setProblem] = useState<string>()
  const [checking, setChecking] = useState(false)

  const make = async (edit: Edit) => {
    setReview(undefined)
    const made = await store.apply(edit)
    // Whoever has got what was asked for leaves the field.
    if (made) for (const p of edit.about) adding.remove(p.name)
    return made
  }
  /** Makes an edit, or asks first if it reaches further than it says; true when it is made. */
  const propose = async (edit: Edit): Promise<boolean> => {
    setProblem(undefined)
    const after = edit.apply(state.draft)
    if (!hasOwner(after.entries)) {
      setProblem(noOwner(kind))
      return false
    }
    const asked = await reviewOf({ node, kind, me, grants, before: state.draft, after, edit })
    if (!asked) return make(edit)
    setReview(asked)
    return false
  }
  /** Gives those in the field the role chosen. */
  const share = async () => {
    setProblem(undefined)
    setChecking(true)
    try {
      const people = await adding.settled()
      await propose(giveAll(people, role))
    } catch (e) {
      setProblem(messageOf(e))
    } finally {
      setChecking(false)
    }
  }
  const confirm = async () => {
    if (review) await make(review.edit)
  }
  const added = knownOf(adding.list)
  return {
    adding,
    added,
    role,
    setRole,
    review,
    problem,
    checking,
    propose,
    share,
    confirm,
    back: () => setReview(undefined),
  }
}

interface Proposal {
  node: string
  kind: Node['kind']
  me: Me
  grants: Grants
  before: Draft
  after: Draft
  edit: Edit
}

async function reviewOf(p: Proposal): Promise<Review | undefined> {
  const { edit, after, before } = p
  const widening = wideningOf(p.kind, before, after)
  const inherited = (draft: Draft) => (draft.closed ? [] : p.grants.inherited)
  const leaves =
    keepsManaging(p.me, before.entries, inherited(before)) &&
    !keepsManaging(p.me, after.entries, inherited(after))
  if (!widening) return leaves ? { edit, after, widening: 'leaving' } : undefined
  try {
    const change = { kind: 'grants', node: p.node, body: toChange(p.grants, after) }
    const preview = await api.post<Preview>('/preview', { change })
    if (!leaves && !needsReview(widening, preview)) return undefined
    return { edit, after, widening: leaves ? 'leaving' : widening, preview }
  } catch (error) {
    return { edit, after, widening, error }
  }
}

const noOwner = (kind: Node['kind']) =>
  `A ${kind} keeps at least one owner of its own, without dates. Let somebody manage it, then take the last owner away.`
