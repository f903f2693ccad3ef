import { ApiError } from '../api/client'
import { Button } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'
import { CloudOffIcon, WarningIcon } from '../ui/icons'
import { messageOf, RequestID } from './ErrorNotice'
import { NoAccessPage } from './NoAccessPage'

/** In place of a page that could not be had. */
export function ErrorPage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const refusal = error instanceof ApiError ? error : undefined
  if (refusal?.code === 'not_found' || refusal?.code === 'forbidden') return <NoAccessPage />
  const away = refusal?.code === 'unavailable'
  return (
    <EmptyState
      icon={away ? <CloudOffIcon /> : <WarningIcon />}
      title={away ? 'Quire cannot be reached' : 'Something went wrong'}
      action={
        <Button kind="primary" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {messageOf(error)}
      <RequestID error={error} />
    </EmptyState>
  )
}
