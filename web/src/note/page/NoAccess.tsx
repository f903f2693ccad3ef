import { useEffect, useSyncExternalStore } from 'react'
import { navigate } from '../../app/router'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { LockIcon } from '../../ui/icons'
import { useSlice } from '../replica/store'
import { useNote } from './context'

/** In place of a note that may not be read, or not any more. */
export function NoAccess({ phase }: { phase: 'refused' | 'gone' }) {
  const { client, open } = useNote()
  const message = useSlice(client.store, 'head', (s) => s.message)
  const unsaved = useSyncExternalStore(client.unsaved.subscribe, client.unsaved.get)
  useEffect(() => {
    document.title = 'Quire'
  }, [])
  return (
    <EmptyState
      icon={<LockIcon />}
      title={phase === 'gone' ? 'This note was closed for you' : 'There is nothing here that you may read'}
      action={
        <>
          {unsaved.length > 0 && <Button onClick={() => open('unsaved')}>Show what you typed</Button>}
          <Button kind="primary" onClick={() => navigate('/')}>
            Go home
          </Button>
        </>
      }
    >
      <p>{message || 'It may have been deleted, or it has not been shared with you.'}</p>
      {unsaved.length > 0 && <p>What you had typed and not saved is still here.</p>}
    </EmptyState>
  )
}
