// The links of a node, asked for again when they change here or elsewhere.
import { useCallback } from 'react'
import { api } from '../../api/client'
import type { ShareLink, ShareLinks } from '../../api/sharing'
import { useLoad } from '../../pages/useLoad'

export interface Links {
  data: ShareLinks | undefined
  error: unknown
  reload: () => void
  revoke: (link: ShareLink) => Promise<void>
}

/** `version` is anything that is another value when they may have changed. */
export function useLinks(node: string, version: unknown, onChanged: () => void): Links {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version asks again
  const load = useCallback(
    (signal: AbortSignal) => api.get<ShareLinks>(`/nodes/${node}/links`, { signal }),
    [node, version],
  )
  const { data, error, reload } = useLoad(load)
  const revoke = async (link: ShareLink) => {
    await api.delete(`/nodes/${node}/links/${link.id}`)
    reload()
    onChanged()
  }
  return { data, error, reload, revoke }
}
