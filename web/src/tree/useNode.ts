import { useCallback, useEffect, useRef } from 'react'
import { api } from '../api/client'
import type { Node } from '../api/types'
import { useLoad } from '../pages/useLoad'
import { onTreeChanged } from '../socket/live'

/**
 * One node as it is asked for alone, with how many people it is shared with: undefined
 * until it is known, and asked for again when it may have changed, or `version` did.
 */
export function useNode(id: string | undefined, version?: number): Node | undefined {
  const load = useCallback(
    async (signal: AbortSignal) => (id ? api.get<Node>(`/nodes/${id}`, { signal }) : undefined),
    [id],
  )
  const { data, reload } = useLoad(load)
  const known = useRef(version)
  useEffect(() => onTreeChanged(reload), [reload])
  useEffect(() => {
    if (known.current === version) return
    known.current = version
    reload()
  }, [version, reload])
  return data?.id === id ? data : undefined
}
