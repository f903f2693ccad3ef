import { useCallback, useEffect, useState } from 'react'

export interface Loaded<T> {
  data: T | undefined
  error: unknown
  loading: boolean
  /** Asks again; what is there stays until the answer. */
  reload: () => void
  setData: (data: T) => void
}

/**
 * Asks for data when it is shown and whenever `load` is another function; callers keep
 * it the same with useCallback. An answer that is overtaken by a newer question is dropped.
 */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [data, setData] = useState<T>()
  const [error, setError] = useState<unknown>()
  const [loading, setLoading] = useState(true)
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt asks again
  useEffect(() => {
    const stop = new AbortController()
    setLoading(true)
    load(stop.signal).then(
      (answer) => {
        if (stop.signal.aborted) return
        setData(answer)
        setError(undefined)
        setLoading(false)
      },
      (failure: unknown) => {
        if (stop.signal.aborted) return
        setError(failure)
        setLoading(false)
      },
    )
    return () => stop.abort()
  }, [load, attempt])
  const reload = useCallback(() => setAttempt((n) => n + 1), [])
  return { data, error, loading, reload, setData }
}
