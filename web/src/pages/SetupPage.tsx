import { type FormEvent, useEffect, useState } from 'react'
import { ApiError, api } from '../api/client'
import type { Me, NewNotes } from '../api/types'
import { Link, navigate } from '../app/router'
import { setMe } from '../app/session'
import { Button } from '../ui/Button'
import { RadioCards } from '../ui/RadioCards'
import { TextField } from '../ui/TextField'
import { ErrorNotice } from './ErrorNotice'
import { NewPasswordFields, noPassword, passwordProblem } from './NewPasswordFields'
import { newNotesAnswers, newNotesQuestion } from './newNotes'
import { OpenLayout, OpenWaiting } from './OpenLayout'
import { useSecret } from './secret'
import { useSubmit } from './useSubmit'

type State = 'asking' | 'form' | 'done before' | 'dead link'

/** Makes the first account, with the link that the server prints when it starts. */
export function SetupPage() {
  const secret = useSecret()
  const [state, setState] = useState<State>('asking')
  useEffect(() => {
    api.get<{ needed: boolean }>('/setup', { anonymous: true }).then(
      ({ needed }) => setState(needed ? 'form' : 'done before'),
      () => setState('form'), // sending the form will tell what is wrong
    )
  }, [])
  if (state === 'asking') return <OpenWaiting />
  if (state === 'done before') return <DoneBefore />
  if (state === 'dead link' || !secret) return <DeadLink />
  return <SetupForm key={secret} secret={secret} onDeadLink={() => setState('dead link')} />
}

function SetupForm({ secret, onDeadLink }: { secret: string; onDeadLink: () => void }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState(noPassword)
  const [newNotes, setNewNotes] = useState<NewNotes>('everyone')
  const [tried, setTried] = useState(false)
  const { busy, error, submit } = useSubmit(async () => {
    const body = { secret, name: name.trim(), password: password.first, newNotes }
    try {
      setMe(await api.post<Me>('/setup', body, { anonymous: true }))
      navigate('/', { replace: true })
    } catch (e) {
      if (!(e instanceof ApiError && e.code === 'not_found')) throw e
      onDeadLink()
    }
  })
  const trySubmit = (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (name.trim() && !passwordProblem(password)) submit(e)
  }
  return (
    <OpenLayout
      title="Set up Quire"
      lead="This makes the first account. It administers the server: it invites the others."
    >
      <form onSubmit={trySubmit} noValidate>
        <TextField
          label="Your name"
          hint="You sign in with it, and others see it. Letters, digits and signs, such as “ana” or “j.smith”."
          error={tried && !name.trim() && 'Choose a name.'}
          autoComplete="username"
          autoCapitalize="none"
          autoFocus
          required
          maxLength={64}
          value={name}
          onChange={(e) => setName(e.target.value)}
        />
        <NewPasswordFields value={password} onChange={setPassword} name={name} tried={tried} />
        <RadioCards
          legend={newNotesQuestion}
          options={newNotesAnswers}
          value={newNotes}
          onChange={setNewNotes}
        />
        {error !== undefined && <ErrorNotice error={error} />}
        <Button kind="primary" type="submit" busy={busy}>
          Set up
        </Button>
      </form>
    </OpenLayout>
  )
}

function DoneBefore() {
  return (
    <OpenLayout title="Quire is set up" lead="This server has an administrator already.">
      <p>
        <Link href="/sign-in">Sign in</Link> with your name and password. If you have no account, ask an
        administrator for an invitation.
      </p>
    </OpenLayout>
  )
}

function DeadLink() {
  return (
    <OpenLayout title="This link does not work" lead="It was used, has expired, or is not complete.">
      <p>
        A set-up link works once, for an hour. Restart the server: it prints a new one where it was started or
        in its log.
      </p>
    </OpenLayout>
  )
}
