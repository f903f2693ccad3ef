import { ApiError } from '../api/client'
import { Banner } from '../ui/Banner'
import { Button } from '../ui/Button'
import { WarningIcon } from '../ui/icons'
import styles from './ErrorNotice.module.css'

/** What went wrong, in the place where it did, with the id that finds it in the log. */
export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <Banner
      kind="error"
      icon={<WarningIcon />}
      actions={onRetry && <Button onClick={onRetry}>Try again</Button>}
    >
      {messageOf(error)}
      <RequestID error={error} />
    </Banner>
  )
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The request's id for failures that are the server's; a refusal explains itself. */
export function RequestID({ error }: { error: unknown }) {
  if (!(error instanceof ApiError) || !error.request || error.status < 500) return null
  return (
    <span className={styles.request}>
      Request <code>{error.request}</code>
    </span>
  )
}
