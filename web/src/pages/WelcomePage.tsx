import { type FormEvent, useEffect, useState } from 'react'
import { ApiError, api } from '../api/client'
import type { LinkCheck, Me } from '../api/types'
import { Link, navigate } from '../app/router'
import { setMe } from '../app/session'
import { Banner } from '../ui/Banner'
import { Button } from '../ui/Button'
import { NewPasswordFields, noPassword, passwordProblem } from './NewPasswordFields'
import { OpenLayout, OpenWaiting } from './OpenLayout'
import { useSecret } from './secret'

/** Chooses a password with an invitation's or a reset's link, and signs in. */
export function WelcomePage() {
  const secret = useSecret()
  const [link, setLink] = useState<LinkCheck>()
  const [dead, setDead] = useState(false)
  const [failure, setFailure] = useState<string>()
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt asks again
  useEffect(() => {
    if (!secret) return
    let current = true
    setLink(undefined)
    setDead(false)
    setFailure(undefined)
    api.post<LinkCheck>('/session/link/check', { secret }, { anonymous: true }).then(
      (answer) => current && setLink(answer),
      (e: unknown) => {
        if (!current) return
        if (isDead(e)) setDead(true)
        else setFailure(e instanceof Error ? e.message : String(e))
      },
    )
    return () => {
      current = false
    }
  }, [secret, attempt])

  if (dead || !secret) return <DeadLink />
  if (failure) {
    return (
      <OpenLayout title="The link could not be checked" lead={failure}>
        <Button kind="primary" onClick={() => setAttempt(attempt + 1)}>
          Try again
        </Button>
      </OpenLayout>
    )
  }
  if (!link) return <OpenWaiting />
  return <PasswordForm key={secret} secret={secret} link={link} onDeadLink={() => setDead(true)} />
}

const isDead = (e: unknown) => e instanceof ApiError && (e.code === 'not_found' || e.code === 'invalid')

function PasswordForm(props: { secret: string; link: LinkCheck; onDeadLink: () => void }) {
  const { secret, link, onDeadLink } = props
  const [password, setPassword] = useState(noPassword)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string>()
  const invited = link.purpose === 'invite'

  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (passwordProblem(password)) return
    setBusy(true)
    setFailure(undefined)
    try {
      setMe(await api.post<Me>('/session/link', { secret, password: password.first }, { anonymous: true }))
      navigate('/', { replace: true })
    } catch (failure) {
      setBusy(false)
      if (failure instanceof ApiError && failure.code === 'not_found') onDeadLink()
      else setFailure(failure instanceof Error ? failure.message : String(failure))
    }
  }
  return (
    <OpenLayout
      title={invited ? `Welcome, ${link.name}` : 'Choose a new password'}
      lead={
        <p>
          {invited ? 'Choose a password. You sign in with it and the name ' : 'For the account '}
          <strong>{link.name}</strong>.{!invited && ' Your other browsers will be signed out.'}
        </p>
      }
    >
      <form onSubmit={submit} noValidate>
        {/* Password managers store the password under this name. */}
        <input
          className="visually-hidden"
          autoComplete="username"
          readOnly
          tabIndex={-1}
          aria-hidden="true"
          value={link.name}
        />
        <NewPasswordFields
          label="New password"
          value={password}
          onChange={setPassword}
          name={link.name}
          tried={tried}
          autoFocus
        />
        {failure && <Banner kind="error">{failure}</Banner>}
        <Button kind="primary" type="submit" busy={busy}>
          {invited ? 'Start' : 'Change password and sign in'}
        </Button>
      </form>
    </OpenLayout>
  )
}

function DeadLink() {
  return (
    <OpenLayout
      title="This link does not work"
      lead="It was used, has expired, or was replaced by a newer one."
      footer={<Link href="/sign-in">I have a password</Link>}
    >
      <p>A link works once. Ask an administrator of this server for a new one.</p>
    </OpenLayout>
  )
}
