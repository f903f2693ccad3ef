// What happens in the lock: whom one adds, what is asked before saving or leaving,
// and what keeps it from being saved.
import { useState } from 'react'
import type { Grants, Node, Principal, Role } from '../api/types'
import { messageOf } from '../pages/ErrorNotice'
import type { Question } from './AccessFooter'
import { type Draft, draftOf, give, hasOwner, widening } from './access'
import { knownOf, useChosen } from './chosen'
import { useAccess } from './useAccess'

export interface SharingOptions {
  node: string
  kind: Node['kind']
  first: Grants
  onSaved: () => void
  onClose: () => void
}

export function useSharing({ node, kind, first, onSaved, onClose }: SharingOptions) {
  const access = useAccess(node, first)
  const adding = useChosen()
  const [role, setRole] = useState<Role>('reader')
  const [question, setQuestion] = useState<Question>()
  const [problem, setProblem] = useState<string>()
  const [checking, setChecking] = useState(false)
  const wanted = withAdded(access.draft, knownOf(adding.list), role)
  const dirty = access.isChanged || adding.list.length > 0
  const inherited = wanted.inherits ? access.grants.inherited : []

  const edit = (draft: Draft) => {
    setProblem(undefined)
    setQuestion(undefined)
    access.edit(draft)
  }
  const add = () => {
    edit(wanted)
    for (const c of adding.list) if (c.state === 'known') adding.remove(c.name)
  }
  const save = async (draft: Draft) => {
    setQuestion(undefined)
    adding.clear()
    if (await access.save(draft)) onSaved()
  }
  const check = async () => {
    const draft = withAdded(access.draft, await adding.settled(), role)
    if (!hasOwner(draft.entries)) throw new Error(noOwner(kind))
    const toEveryone = widening(draftOf(access.grants).entries, draft.entries)
    if (toEveryone) setQuestion({ kind: 'everyone', role: toEveryone })
    else await save(draft)
  }
  const trySave = async () => {
    setProblem(undefined)
    setChecking(true)
    await check().catch((e: unknown) => setProblem(messageOf(e)))
    setChecking(false)
  }
  const tryClose = () => {
    // Esc in the field for people closes its suggestions first.
    if (document.activeElement?.getAttribute('aria-expanded') === 'true') return
    if (question?.kind === 'discard') setQuestion(undefined)
    else if (dirty) setQuestion({ kind: 'discard' })
    else onClose()
  }
  return {
    ...access,
    saving: access.saving || checking,
    adding,
    role,
    setRole,
    question,
    problem,
    /** The draft with those being added. */
    wanted,
    /** What folders above give, unless the draft closes the node. */
    inherited,
    dirty,
    edit,
    add,
    /** Saves although it was asked whether one means it. */
    save: () => save(wanted),
    trySave,
    tryClose,
    back: () => setQuestion(undefined),
  }
}

function withAdded(draft: Draft, added: Principal[], role: Role): Draft {
  const entries = added.reduce((list, principal) => give(list, principal, role), draft.entries)
  return { ...draft, entries }
}

const noOwner = (kind: Node['kind']) =>
  `A ${kind} keeps at least one owner of its own. Let somebody manage it, then take the last owner away.`
