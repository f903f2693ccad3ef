// Requests that wait for one's answer, on one node or on all that one manages.
import { useCallback, useEffect } from 'react'
import { ApiError, api } from '../../api/client'
import type { AccessRequest } from '../../api/sharing'
import type { Role } from '../../api/types'
import { loadMe } from '../../app/session'
import { useLoad } from '../../pages/useLoad'
import { onTreeChanged } from '../../socket/live'
import { toast, toastError } from '../../ui/Toast'
import { nameOf } from '../PrincipalName'
import { roleWords } from '../roles'

export interface Answer {
  outcome: 'granted' | 'declined'
  role?: Role
  endsAt?: string
}

const load = async (signal: AbortSignal) =>
  (await api.get<{ requests: AccessRequest[] }>('/requests', { signal })).requests

export function useRequests() {
  const { data, error, reload } = useLoad(load)
  useEffect(() => onTreeChanged(reload), [reload])
  const answer = useCallback(
    async (request: AccessRequest, given: Answer) => {
      try {
        await api.post(`/nodes/${request.node.id}/requests/${request.id}`, given)
        toast(doneText(request, given))
      } catch (e) {
        // Somebody else has answered, or it was asked anew: the list tells.
        const over = e instanceof ApiError && e.code === 'not_found'
        if (over) toast('This request was answered or asked anew meanwhile.')
        else toastError(e)
      }
      reload()
      loadMe().catch(() => {}) // the count comes with the next signal
    },
    [reload],
  )
  return { data, error, reload, answer }
}

function doneText({ person, node, role }: AccessRequest, given: Answer): string {
  if (given.outcome === 'declined') return `The request of ${nameOf(person)} is declined.`
  return `${nameOf(person)} ${roleWords[given.role ?? role].may} “${node.name}”.`
}
