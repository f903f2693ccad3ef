import { type FormEvent, useCallback, useState } from 'react'
import { ApiError, api } from '../api/client'
import type { LinkCheck, Me } from '../api/types'
import { Link, navigate } from '../app/router'
import { setMe } from '../app/session'
import { Button } from '../ui/Button'
import { ErrorNotice, messageOf } from './ErrorNotice'
import { NewPasswordFields, noPassword, passwordProblem } from './NewPasswordFields'
import { OpenLayout, OpenWaiting } from './OpenLayout'
import { useSecret } from './secret'
import { useLoad } from './useLoad'
import { useSubmit } from './useSubmit'

/** Chooses a password with an invitation's or a reset's link, and signs in. */
export function WelcomePage() {
  const secret = useSecret()
  return secret ? <CheckedLink key={secret} secret={secret} /> : <DeadLink />
}

function CheckedLink({ secret }: { secret: string }) {
  const [dead, setDead] = useState(false)
  const check = useCallback(
    (signal: AbortSignal) =>
      api.post<LinkCheck>('/session/link/check', { secret }, { anonymous: true, signal }),
    [secret],
  )
  const { data: link, error, loading, reload } = useLoad(check)
  if (loading) return <OpenWaiting />
  if (dead || isDead(error)) return <DeadLink />
  if (link) return <PasswordForm secret={secret} link={link} onDeadLink={() => setDead(true)} />
  return (
    <OpenLayout title="The link could not be checked" lead={messageOf(error)}>
      <Button kind="primary" onClick={reload}>
        Try again
      </Button>
    </OpenLayout>
  )
}

const isDead = (e: unknown) => e instanceof ApiError && e.code === 'not_found'

function PasswordForm(props: { secret: string; link: LinkCheck; onDeadLink: () => void }) {
  const { secret, link, onDeadLink } = props
  const [password, setPassword] = useState(noPassword)
  const [tried, setTried] = useState(false)
  const invited = link.purpose === 'invite'
  const { busy, error, submit } = useSubmit(async () => {
    try {
      setMe(await api.post<Me>('/session/link', { secret, password: password.first }, { anonymous: true }))
      navigate('/', { replace: true })
    } catch (e) {
      if (!isDead(e)) throw e
      onDeadLink()
    }
  })
  const trySubmit = (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (!passwordProblem(password)) submit(e)
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
      <form onSubmit={trySubmit} noValidate>
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
        {error !== undefined && <ErrorNotice error={error} />}
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
