import { useCallback } from 'react'
import { api } from '../api/client'
import type { Preview, PreviewChange } from '../api/sharing'
import { ErrorNotice } from '../pages/ErrorNotice'
import { useLoad } from '../pages/useLoad'
import { Skeleton } from '../ui/Skeleton'
import { PreviewView } from './PreviewView'

/** Asks what a change would do, and shows it. */
export function PreviewOf({ change }: { change: PreviewChange }) {
  const asked = JSON.stringify(change)
  const load = useCallback(
    (signal: AbortSignal) => api.post<Preview>('/preview', { change: JSON.parse(asked) }, { signal }),
    [asked],
  )
  const { data, error, reload } = useLoad(load)
  if (error !== undefined) return <ErrorNotice error={error} onRetry={reload} />
  return data ? (
    <PreviewView preview={data} />
  ) : (
    <Skeleton rows={2} height={24} label="Working out what changes" />
  )
}
