import { useState } from 'react'
import type { AccessRequest } from '../../api/sharing'
import type { Role } from '../../api/types'
import { When } from '../../pages/When'
import { Button } from '../../ui/Button'
import { SelectField } from '../../ui/SelectField'
import { TextField } from '../../ui/TextField'
import { endOfDay, today } from '../dates'
import { nameOf, PrincipalName } from '../PrincipalName'
import { roleWords } from '../roles'
import styles from './Requests.module.css'
import type { Answer } from './useRequests'

const given: Role[] = ['reader', 'runner', 'writer', 'owner']
const options = given.map((value) => ({ value, label: roleWords[value].can }))

export interface RequestRowProps {
  request: AccessRequest
  /** Says what is asked for, where rows are about several nodes. */
  showNode?: boolean
  onAnswer: (request: AccessRequest, answer: Answer) => Promise<unknown>
}

/** One request: who asks for what and why; granted, perhaps otherwise, or declined in place. */
export function RequestRow({ request, showNode, onAnswer }: RequestRowProps) {
  const { person, node } = request
  const [role, setRole] = useState<Role>(request.role)
  const [until, setUntil] = useState('')
  const [busy, setBusy] = useState<Answer['outcome']>()
  const answer = async (given: Answer) => {
    setBusy(given.outcome)
    await onAnswer(request, given)
    setBusy(undefined)
  }
  const name = nameOf(person)
  const about = showNode ? `${name}, “${node.name}”` : name
  return (
    <li className={styles.request} aria-label={`${about} asks for access`}>
      <div className={styles.asks}>
        <PrincipalName principal={person} />
        <span className={styles.what}>
          asks to {askedWords[request.role]}
          {showNode && (
            <>
              {' '}
              {node.path.length > 0 && `${node.path.map((p) => p.name).join(' / ')} / `}
              <strong>{node.name}</strong>
            </>
          )}{' '}
          · <When time={request.askedAt} />
        </span>
      </div>
      {request.message && <p className={styles.message}>{request.message}</p>}
      <div className={styles.answer}>
        <SelectField
          label={`Role for ${about}`}
          hideLabel
          value={role}
          options={options}
          onChange={setRole}
          data-tip={roleWords[role].line}
        />
        <TextField
          label="Until (optional)"
          type="date"
          min={today()}
          value={until}
          onChange={(e) => setUntil(e.target.value)}
        />
        <span className={styles.buttons}>
          <Button
            aria-label={`Decline ${about}`}
            busy={busy === 'declined'}
            disabled={busy !== undefined}
            onClick={() => answer({ outcome: 'declined' })}
          >
            Decline
          </Button>
          <Button
            kind="primary"
            aria-label={`Grant ${about}`}
            busy={busy === 'granted'}
            disabled={busy !== undefined}
            onClick={() => answer({ outcome: 'granted', role, endsAt: endOfDay(until) })}
          >
            Grant
          </Button>
        </span>
      </div>
    </li>
  )
}

const askedWords: Record<AccessRequest['role'], string> = {
  reader: 'read',
  runner: 'run',
  writer: 'change',
}
