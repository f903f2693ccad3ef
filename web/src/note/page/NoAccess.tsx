import { useEffect, useRef, useSyncExternalStore } from 'react'
import { navigate } from '../../app/router'
import { useMe } from '../../app/session'
import { AskForm } from '../../share/requests/AskForm'
import { useTree } from '../../tree/store'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { LockIcon } from '../../ui/icons'
import { useSlice } from '../replica/store'
import { useNote } from './context'

/**
 * In place of a note that may not be read, or not any more; `onAgain` opens it when it
 * may be. What may not be read and what does not exist look alike.
 */
export function NoAccess({ phase, onAgain }: { phase: 'refused' | 'gone'; onAgain: () => void }) {
  const { client, open } = useNote()
  const me = useMe()
  const message = useSlice(client.store, 'head', (s) => s.message)
  const unsaved = useSyncExternalStore(client.unsaved.subscribe, client.unsaved.get)
  useEffect(() => {
    document.title = 'Quire'
  }, [])
  useWhenListed(client.note, onAgain)
  return (
    <EmptyState
      icon={<LockIcon />}
      title={phase === 'gone' ? 'This note was closed for you' : 'There is nothing here that you may read'}
      action={
        <>
          {unsaved.length > 0 && <Button onClick={() => open('unsaved')}>Show what you typed</Button>}
          <Button onClick={() => navigate('/')}>Go home</Button>
        </>
      }
    >
      <p>{message || 'It may have been deleted, or it has not been shared with you.'}</p>
      {unsaved.length > 0 && <p>What you had typed and not saved is still here.</p>}
      {me && !me.guest && <AskForm node={client.note} />}
      {me?.guest && <p>Guests see only what their link leads to. It may have been revoked or have ended.</p>}
    </EmptyState>
  )
}

/**
 * Calls back when the list of what one may read has been read anew and has the note:
 * access taken away and given again at once may never have been missing from it.
 */
function useWhenListed(note: string, f: () => void) {
  const { nodes } = useTree()
  const known = useRef(nodes)
  useEffect(() => {
    if (nodes !== known.current && nodes?.has(note)) f()
    known.current = nodes
  }, [nodes, note, f])
}
