import { type FormEvent, useState } from 'react'

/**
 * Sends a form: `busy` until the work is done, `error` when it failed. Work that
 * succeeds leaves `busy` on, because the form is gone or something else then.
 */
export function useSubmit(work: () => Promise<void>) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      await work()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return { busy, error, submit }
}
