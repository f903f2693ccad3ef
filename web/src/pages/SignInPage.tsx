import { type FormEvent, useEffect, useRef, useState } from 'react'
import { ApiError, api } from '../api/client'
import type { Me } from '../api/types'
import { navigate, usePlace } from '../app/router'
import { loadMe, setMe } from '../app/session'
import { Banner } from '../ui/Banner'
import { Button } from '../ui/Button'
import { TextField } from '../ui/TextField'
import { nextAddress } from './next'
import { OpenLayout } from './OpenLayout'

/** Signs in, and goes back to what one came for. */
export function SignInPage() {
  const { search } = usePlace()
  const next = nextAddress(search)
  const [needsSetup, setNeedsSetup] = useState(false)
  useEffect(() => {
    const ask = { anonymous: true }
    api.get<{ needed: boolean }>('/setup', ask).then(
      ({ needed }) => setNeedsSetup(needed),
      () => {}, // signing in will tell what is wrong
    )
    loadMe(ask).then(
      () => navigate(next, { replace: true }),
      () => {},
    )
  }, [next])
  if (needsSetup) return <NeedsSetup />
  return (
    <OpenLayout
      title="Sign in"
      lead={next === '/' ? undefined : 'Then you are back where you came from.'}
      footer="Forgot your password, or no account yet? An administrator of this server can send you a link."
    >
      {new URLSearchParams(search).has('out') && <Banner>You are signed out.</Banner>}
      <SignInForm onDone={() => navigate(next, { replace: true })} />
    </OpenLayout>
  )
}

function SignInForm({ onDone }: { onDone: () => void }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<ApiError>()
  const passwordField = useRef<HTMLInputElement>(null)

  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    setFailure(undefined)
    try {
      setMe(await api.post<Me>('/session', { name: name.trim(), password }, { anonymous: true }))
      onDone()
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure
      setFailure(failure)
      setBusy(false)
      if (failure.status !== 401) return
      passwordField.current?.focus()
      passwordField.current?.select()
    }
  }
  const wrong = failure?.status === 401
  return (
    <form onSubmit={submit}>
      {failure && !wrong && <Banner kind={bannerKind(failure)}>{failure.message}</Banner>}
      <TextField
        label="Name"
        autoComplete="username"
        autoCapitalize="none"
        autoFocus
        required
        value={name}
        onChange={(e) => setName(e.target.value)}
      />
      <TextField
        ref={passwordField}
        label="Password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(e) => setPassword(e.target.value)}
        error={wrong && failure.message}
      />
      <Button kind="primary" type="submit" busy={busy}>
        Sign in
      </Button>
    </form>
  )
}

// Waiting helps with these; the others need something done.
const bannerKind = ({ code }: ApiError) => (code === 'too_many' || code === 'unavailable' ? 'warn' : 'error')

function NeedsSetup() {
  return (
    <OpenLayout title="Quire is not set up yet" lead="Nobody has an account on this server.">
      <p>
        Open the set-up link that the server printed when it was started. If it has expired, restart the
        server: it prints a new one.
      </p>
    </OpenLayout>
  )
}
