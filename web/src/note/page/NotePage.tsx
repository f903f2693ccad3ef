// An open note: makes its client and everything around it, and shows what there is to
// show in each of its phases.
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useMe } from '../../app/session'
import { connection } from '../../socket/live'
import { NoteClient } from '../client/noteClient'
import type { Panel } from '../commands/context'
import { OwnCaret } from '../editors/carets'
import { Editors } from '../editors/editors'
import { noteExtensions } from '../editors/extensions'
import { Viewport } from '../editors/viewport'
import { Focus } from '../focus'
import { OperationHistory } from '../history'
import { useSlice } from '../replica/store'
import { BrowserKeeping } from '../text/keptEdits'
import { browserLocks } from '../text/locks'
import { Announcer, useAnnouncer } from './Announcer'
import { type NoteContext, NoteReact } from './context'
import { NoAccess } from './NoAccess'
import { NoteSkeleton } from './NoteSkeleton'
import { NoteView } from './NoteView'
import { UnsavedDrawer } from './UnsavedDrawer'

const keeping = new BrowserKeeping()

export function NotePage({ id }: { id: string }) {
  const user = useMe()?.id
  const [parts, setParts] = useState<Parts | null>(null)
  const [attempt, setAttempt] = useState(0)
  const openAgain = useCallback(() => setAttempt((n) => n + 1), [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt opens it again
  useEffect(() => {
    if (user === undefined) return
    const made = makeParts(id, user)
    setParts(made)
    made.client.open()
    const warn = (e: BeforeUnloadEvent) => made.client.isPending && e.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => {
      window.removeEventListener('beforeunload', warn)
      made.close()
      setParts(null)
    }
  }, [id, user, attempt])
  return parts ? <Opened parts={parts} onAgain={openAgain} /> : <NoteSkeleton />
}

type Parts = ReturnType<typeof makeParts>

/** Everything of an open note that is not React. */
function makeParts(note: string, user: number) {
  const focus = new Focus()
  const client: NoteClient = new NoteClient({
    note,
    user,
    line: connection,
    keeping,
    locks: browserLocks,
    extensions: (c, paragraph) => noteExtensions(c, paragraph, ownCaret),
  })
  const ownCaret = new OwnCaret(client)
  const editors = new Editors(client)
  const viewport = new Viewport((paragraphs) => client.watch(paragraphs))
  const close = () => {
    ownCaret.close()
    editors.close()
    viewport.close()
    client.close()
  }
  return { client, focus, editors, viewport, history: new OperationHistory(), close }
}

function Opened({ parts, onAgain }: { parts: Parts; onAgain: () => void }) {
  const [panel, setPanel] = useState<Panel | null>(null)
  const { message, announce } = useAnnouncer()
  const note = useMemo<NoteContext>(() => ({ ...parts, open: setPanel, announce }), [parts, announce])
  const phase = useSlice(parts.client.store, 'head', (s) => s.phase)
  return (
    <NoteReact value={note}>
      {phase === 'loading' && <NoteSkeleton />}
      {phase === 'open' && <NoteView panel={panel} onPanel={setPanel} />}
      {(phase === 'refused' || phase === 'gone') && <NoAccess phase={phase} onAgain={onAgain} />}
      <UnsavedDrawer open={panel === 'unsaved'} onOpenChange={(open) => setPanel(open ? 'unsaved' : null)} />
      <Announcer message={message} />
    </NoteReact>
  )
}
