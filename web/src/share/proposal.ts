// A change of who may do what that one asks for: what it would do is found out first,
// and where it reaches others than those one means, it waits for a second yes.
import { useRef, useState } from 'react'
import { ApiError, api } from '../api/client'
import type { Preview, PreviewChange } from '../api/sharing'
import type { Principal } from '../api/types'

export interface Proposal {
  title: string
  description: string
  verb: string
  danger?: boolean
  change: PreviewChange
  /** Who is meant: what it does to them alone is not asked about. */
  people: readonly Pick<Principal, 'id'>[]
  make: () => Promise<unknown>
}

/** A proposal that waits for a yes, with what it would do, or why that is not known. */
export interface Pending {
  proposal: Proposal
  preview?: Preview
  error?: unknown
}

export function useProposal() {
  const [pending, setPending] = useState<Pending>()
  const looking = useRef(false)
  /** Makes it, or puts it off until one has seen how far it reaches; tells which. */
  const propose = async (proposal: Proposal): Promise<boolean> => {
    if (looking.current) return false // pressed twice
    looking.current = true
    try {
      const seen = await lookAt(proposal.change)
      if (!seen.preview || reachesFurther(seen.preview, proposal.people)) {
        setPending({ proposal, ...seen })
        return false
      }
      await proposal.make()
      return true
    } finally {
      looking.current = false
    }
  }
  return { pending, propose, dismiss: () => setPending(undefined) }
}

/** Asks what a change would do. What would be refused is refused here. */
async function lookAt(change: PreviewChange): Promise<Pick<Pending, 'preview' | 'error'>> {
  try {
    return { preview: await api.post<Preview>('/preview', { change }) }
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) throw error
    return { error }
  }
}

/** Whether it is about others than those who are meant. */
export function reachesFurther(preview: Preview, meant: readonly Pick<Principal, 'id'>[]): boolean {
  const { gain, lose } = preview.people
  if (preview.truncated || preview.everyone) return true
  const listed = [...preview.gains, ...preview.losses]
  if (listed.some((a) => !meant.some((p) => p.id === a.person.id))) return true
  return gain + lose > listed.length
}
