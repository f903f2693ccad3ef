import { useCallback, useState } from 'react'
import { api } from '../../api/client'
import type { AskedRole, OwnRequest } from '../../api/sharing'
import { ErrorNotice } from '../../pages/ErrorNotice'
import { useLoad } from '../../pages/useLoad'
import { useSubmit } from '../../pages/useSubmit'
import { When } from '../../pages/When'
import { Banner } from '../../ui/Banner'
import { Button } from '../../ui/Button'
import { SelectField } from '../../ui/SelectField'
import { TextArea } from '../../ui/TextArea'
import { roleWords } from '../roles'
import styles from './Requests.module.css'

const asked: AskedRole[] = ['reader', 'runner', 'writer']
const wishes: Record<AskedRole, string> = {
  reader: 'Read it',
  runner: 'Read it and run it',
  writer: 'Read it, run it and change it',
}
const options = asked.map((value) => ({ value, label: wishes[value] }))

const maxMessage = 2000

export interface AskFormProps {
  /** An id: whether there is such a node is not known here. */
  node: string
  /** The role that is offered first. */
  first?: AskedRole
  /** One reads it already, and asks for more. */
  reads?: boolean
}

/** Asks the owners for access; tells what one has asked for before. */
export function AskForm({ node, first = 'reader', reads }: AskFormProps) {
  const [again, setAgain] = useState(false)
  const load = useCallback(
    async (signal: AbortSignal) => {
      const { requests } = await api.get<{ requests: OwnRequest[] }>('/me/requests', { signal })
      return { last: requests.find((r) => r.node.id === node) }
    },
    [node],
  )
  const { data, error, reload } = useLoad(load)
  if (error !== undefined) return <ErrorNotice error={error} onRetry={reload} />
  if (!data) return null
  const { last } = data
  const waits = last && !last.outcome
  return (
    <div className={styles.ask}>
      {last && <Asked request={last} reads={reads} />}
      {waits && !again ? (
        <Button onClick={() => setAgain(true)}>Ask anew…</Button>
      ) : (
        <Fields
          node={node}
          first={waits ? last.role : first}
          onAsked={() => {
            setAgain(false)
            reload()
          }}
        />
      )}
    </div>
  )
}

/** What became of asking before. */
function Asked({ request: r, reads }: { request: OwnRequest; reads?: boolean }) {
  if (r.outcome === 'declined')
    return (
      <Banner kind="warn">
        You asked to {verbs[r.role]} and it was declined
        {r.decidedAt && (
          <>
            {' '}
            <When time={r.decidedAt} />
          </>
        )}
        . You can ask anew.
      </Banner>
    )
  if (r.outcome === 'granted')
    return reads ? null : (
      <Banner>Access you asked for was granted, and has ended or been taken back since.</Banner>
    )
  return (
    <Banner>
      You asked to {verbs[r.role]} <When time={r.askedAt} />.{' '}
      {reads
        ? 'Its owners see it when they are at Quire next. Once they grant it, it counts at once.'
        : 'If there is something here, its owners see it when they are at Quire next. Once they grant it, this page opens by itself.'}
    </Banner>
  )
}

const verbs: Record<AskedRole, string> = { reader: 'read it', runner: 'run it', writer: 'change it' }

function Fields({ node, first, onAsked }: { node: string; first: AskedRole; onAsked: () => void }) {
  const [role, setRole] = useState(first)
  const [message, setMessage] = useState('')
  const { busy, error, submit } = useSubmit(async () => {
    await api.post('/requests', { node, role, message: message.trim() || undefined })
    onAsked()
  })
  return (
    <form className={styles.ask} onSubmit={submit} aria-label="Ask for access">
      <SelectField
        label="I would like to"
        value={role}
        options={options}
        onChange={setRole}
        hint={roleWords[role].line}
      />
      <TextArea
        label="Message to the owners (optional)"
        hint="They see your name and this."
        maxLength={maxMessage}
        value={message}
        onChange={(e) => setMessage(e.target.value)}
      />
      {error !== undefined && <ErrorNotice error={error} />}
      <Button kind="primary" type="submit" busy={busy}>
        Ask for access
      </Button>
    </form>
  )
}
