import { useCallback } from 'react'
import { api } from '../../api/client'
import type { AccessAnswer } from '../../api/sharing'
import { ErrorNotice } from '../../pages/ErrorNotice'
import { useLoad } from '../../pages/useLoad'
import { Skeleton } from '../../ui/Skeleton'
import { Explanation } from './Explanation'

/** Why one may read what one reads. */
export function ExplainSelf({ node }: { node: string }) {
  const load = useCallback(
    (signal: AbortSignal) => api.get<AccessAnswer>(`/nodes/${node}/access`, { signal }),
    [node],
  )
  const { data, error, reload } = useLoad(load)
  if (error !== undefined) return <ErrorNotice error={error} onRetry={reload} />
  return data ? (
    <Explanation answer={data} />
  ) : (
    <Skeleton rows={2} height={24} label="Looking for the reasons" />
  )
}
