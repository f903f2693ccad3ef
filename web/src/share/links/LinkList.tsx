import { useEffect, useState } from 'react'
import type { ShareLink } from '../../api/sharing'
import { ErrorNotice } from '../../pages/ErrorNotice'
import { exactText } from '../../pages/time'
import { When } from '../../pages/When'
import { Button } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { Skeleton } from '../../ui/Skeleton'
import { toastError } from '../../ui/Toast'
import styles from '../Access.module.css'
import { roleWords } from '../roles'
import { useReturnFocus } from '../useReturnFocus'
import type { Links } from './useLinks'

/** The links of a node: what each gives, who uses it, and what ends it. */
export function LinkList({ data, error, reload, revoke }: Links) {
  const [ending, setEnding] = useState<ShareLink>()
  useEffect(reload, [reload]) // how often they were opened comes with no signal
  useReturnFocus(ending !== undefined)
  if (error !== undefined) return <ErrorNotice error={error} onRetry={reload} />
  if (!data) return <Skeleton rows={2} height={40} label="Loading links" />
  if (data.links.length === 0) return <p className={styles.none}>There are no links.</p>
  return (
    <>
      <ul aria-label="Links">
        {data.links.map((l) => (
          <li key={l.id} className={styles.row}>
            <span className={styles.who}>
              <span>
                {l.label} <span className={styles.line}>{roleWords[l.role].can}</span>
              </span>
              <span className={styles.when}>
                <LinkFacts link={l} />
              </span>
            </span>
            <Button aria-label={`Revoke ${l.label}`} onClick={() => setEnding(l)}>
              Revoke
            </Button>
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={ending !== undefined}
        onOpenChange={() => setEnding(undefined)}
        title={`Revoke “${ending?.label}”?`}
        confirm="Revoke"
        danger
        onConfirm={() => ending && revoke(ending).catch(toastError)}
      >
        {`It stops working at once, also for ${holders(ending?.holders ?? 0)} who opened it. This cannot be undone: a new link has another address.`}
      </ConfirmDialog>
    </>
  )
}

const holders = (n: number) => (n === 1 ? 'the one account' : `the ${n} accounts`)

function LinkFacts({ link: l }: { link: ShareLink }) {
  return (
    <>
      {l.anyone ? 'Anyone, also without an account' : 'Anyone signed in'} · by {l.createdBy}{' '}
      <When time={l.createdAt} />
      {l.endsAt && ` · until ${exactText(l.endsAt)}`}
      {' · '}
      {l.uses === 0 ? (
        'never opened'
      ) : (
        <>
          opened {l.uses === 1 ? 'once' : `${l.uses} times`}
          {l.lastUsedAt && (
            <>
              , last <When time={l.lastUsedAt} />
            </>
          )}
          {`, held by ${l.holders === 1 ? '1 account' : `${l.holders} accounts`}`}
        </>
      )}
    </>
  )
}
