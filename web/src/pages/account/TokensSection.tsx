import { useState } from 'react'
import { api } from '../../api/client'
import type { Token } from '../../api/types'
import { useReturnFocus } from '../../share/useReturnFocus'
import { Button } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { PlusIcon } from '../../ui/icons'
import { Skeleton } from '../../ui/Skeleton'
import { toast, toastError } from '../../ui/Toast'
import { ErrorNotice } from '../ErrorNotice'
import page from '../Page.module.css'
import { Section } from '../Section'
import { exactText } from '../time'
import { useLoad } from '../useLoad'
import { NewTokenDialog } from './NewTokenDialog'

const loadTokens = (signal: AbortSignal) => api.get<{ tokens: Token[] }>('/me/tokens', { signal })

export function TokensSection() {
  const { data, error, reload } = useLoad(loadTokens)
  const [creating, setCreating] = useState(false)
  const [ending, setEnding] = useState<Token>()
  useReturnFocus(ending !== undefined)
  const revoke = async (token: Token) => {
    await api.delete(`/me/tokens/${token.id}`)
    toast(`The token “${token.label}” is revoked.`)
    reload()
  }
  return (
    <Section
      title="Tokens"
      lead="For programs that act as you: scripts, schedulers, Zeppelin's and Jupyter's clients."
      actions={
        <Button onClick={() => setCreating(true)}>
          <PlusIcon />
          New token
        </Button>
      }
    >
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {!data && error === undefined && <Skeleton rows={1} height={48} label="Loading tokens" />}
      {data?.tokens.length === 0 && <p className={page.muted}>No tokens.</p>}
      {data && data.tokens.length > 0 && (
        <ul className={page.list} aria-label="Tokens">
          {data.tokens.map((t) => (
            <TokenRow key={t.id} token={t} onRevoke={() => setEnding(t)} />
          ))}
        </ul>
      )}
      {creating && <NewTokenDialog onClose={() => setCreating(false)} onCreated={reload} />}
      <ConfirmDialog
        open={ending !== undefined}
        onOpenChange={() => setEnding(undefined)}
        title={`Revoke “${ending?.label}”?`}
        confirm="Revoke"
        danger
        onConfirm={() => ending && revoke(ending).catch(toastError)}
      >
        Programs that use it are signed out at once. This cannot be undone.
      </ConfirmDialog>
    </Section>
  )
}

function TokenRow({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  const over = Date.parse(token.expiresAt) < Date.now()
  return (
    <li className={page.item}>
      <div className={page.main}>
        <div className={page.name}>
          {token.label}
          {over && (
            <span className={page.tag} data-tone="warn">
              Expired
            </span>
          )}
        </div>
        <div className={page.small}>
          {token.scope ? `May ${token.scope.join(', ')}` : 'May all that you may'} · until{' '}
          {exactText(token.expiresAt)}
        </div>
      </div>
      <Button aria-label={`Revoke ${token.label}`} onClick={onRevoke}>
        Revoke
      </Button>
    </li>
  )
}
