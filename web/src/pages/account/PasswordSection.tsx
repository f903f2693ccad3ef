import { type FormEvent, useState } from 'react'
import { ApiError, api } from '../../api/client'
import { Button } from '../../ui/Button'
import { TextField } from '../../ui/TextField'
import { toast } from '../../ui/Toast'
import { ErrorNotice } from '../ErrorNotice'
import { NewPasswordFields, noPassword, passwordProblem } from '../NewPasswordFields'
import page from '../Page.module.css'
import { Section } from '../Section'
import { useSubmit } from '../useSubmit'

export function PasswordSection({ name }: { name: string }) {
  const [open, setOpen] = useState(false)
  return (
    <Section
      title="Password"
      lead="Changing it signs out your other browsers. Tokens stay."
      actions={!open && <Button onClick={() => setOpen(true)}>Change password</Button>}
    >
      {open && <PasswordForm name={name} onClose={() => setOpen(false)} />}
    </Section>
  )
}

function PasswordForm({ name, onClose }: { name: string; onClose: () => void }) {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState(noPassword)
  const [tried, setTried] = useState(false)
  const { busy, error, submit } = useSubmit(async () => {
    await api.post('/me/password', { current, next: next.first })
    toast('The password is changed. Your other browsers are signed out.')
    onClose()
  })
  const trySubmit = (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (current && !passwordProblem(next)) submit(e)
  }
  const wrong = error instanceof ApiError && error.code === 'forbidden'
  const missing = tried && !current
  return (
    <form className={`${page.form} ${page.narrow}`} onSubmit={trySubmit} noValidate>
      <input
        className="visually-hidden"
        autoComplete="username"
        readOnly
        tabIndex={-1}
        aria-hidden="true"
        value={name}
      />
      <TextField
        label="Current password"
        type="password"
        autoComplete="current-password"
        autoFocus
        required
        value={current}
        onChange={(e) => setCurrent(e.target.value)}
        error={wrong ? error.message : missing && 'Say the password you have now.'}
      />
      <NewPasswordFields label="New password" value={next} onChange={setNext} name={name} tried={tried} />
      {error !== undefined && !wrong && <ErrorNotice error={error} />}
      <div className={page.end}>
        <Button kind="primary" type="submit" busy={busy}>
          Change password
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  )
}
