import { useState } from 'react'
import { api } from '../../api/client'
import type { Action, Token } from '../../api/types'
import { useReturnFocus } from '../../share/useReturnFocus'
import { newKey } from '../../tree/actions'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { SelectField } from '../../ui/SelectField'
import { TextField } from '../../ui/TextField'
import { FormDialog } from '../FormDialog'
import { SecretPanel } from '../SecretPanel'

// Each includes the ones before it: a program that writes also reads.
const scopes = [
  { value: 'read', label: 'Read', allows: ['read'] },
  { value: 'run', label: 'Read and run', allows: ['read', 'run'] },
  { value: 'write', label: 'Read, run and change', allows: ['read', 'run', 'write'] },
  { value: 'all', label: 'All that I may', allows: undefined },
] as const satisfies { value: string; label: string; allows?: readonly Action[] }[]

type Scope = (typeof scopes)[number]['value']

const lifetimes = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
] as const

type Days = (typeof lifetimes)[number]['value']

/** Makes a token and shows its secret, once. */
export function NewTokenDialog({ onClose, onCreated }: { onClose: () => void; onCreated: () => void }) {
  const [label, setLabel] = useState('')
  const [scope, setScope] = useState<Scope>('run')
  const [days, setDays] = useState<Days>('90')
  const [made, setMade] = useState<Token>()

  const create = async () => {
    const allows = scopes.find((s) => s.value === scope)?.allows
    const body = { label: label.trim(), scope: allows, days: Number(days) }
    setMade(await api.post<Token>('/me/tokens', body, { idempotencyKey: newKey() }))
    onCreated()
  }
  if (made) return <MadeToken token={made} onClose={onClose} />
  return (
    <FormDialog title="New token" verb="Create" disabled={!label.trim()} onClose={onClose} onSubmit={create}>
      <TextField
        label="What is it for?"
        placeholder="Nightly report"
        autoComplete="off"
        autoFocus
        required
        maxLength={100}
        value={label}
        onChange={(e) => setLabel(e.target.value)}
      />
      <SelectField
        label="What may it do?"
        hint="Never more than you may yourself."
        value={scope}
        options={scopes}
        onChange={setScope}
      />
      <SelectField label="How long?" value={days} options={lifetimes} onChange={setDays} />
    </FormDialog>
  )
}

function MadeToken({ token, onClose }: { token: Token; onClose: () => void }) {
  useReturnFocus(true)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Token “${token.label}”`}
      actions={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <SecretPanel label="Token" secret={token.secret ?? ''} expiresAt={token.expiresAt}>
        Programs send it as “Authorization: Bearer …”. Whoever has it acts as you.
      </SecretPanel>
    </Dialog>
  )
}
