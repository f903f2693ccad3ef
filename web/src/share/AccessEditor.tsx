// The lock for owners: add people, change and take away roles, links, requests. Each
// change counts at once, says whether it is saved, and can be taken back.
import { useEffect, useRef, useState } from 'react'
import type { Grants, Me, Node, Principal } from '../api/types'
import { ErrorNotice, messageOf } from '../pages/ErrorNotice'
import { Banner } from '../ui/Banner'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { toast } from '../ui/Toast'
import styles from './Access.module.css'
import { AccessFolds } from './AccessFolds'
import { AccessFooter } from './AccessFooter'
import { AccessRows } from './AccessRows'
import { AddPeople } from './AddPeople'
import { toChange } from './access'
import type { AccessState, AccessStore } from './accessStore'
import { giveAll, listed } from './edits'
import { NodeLinks } from './links/NodeLinks'
import { ReachLine } from './ReachLine'
import { ReviewDialog } from './ReviewDialog'
import { NodeRequests } from './requests/NodeRequests'
import { wideningOf } from './review'
import { useSharing } from './useSharing'

export interface AccessEditorProps {
  node: string
  name: string
  kind: Node['kind']
  me: Me
  grants: Grants
  store: AccessStore
  state: AccessState
  onClose: () => void
}

export function AccessEditor(props: AccessEditorProps) {
  const { node, name, kind, me, grants, store, state, onClose } = props
  const sharing = useSharing({ node, kind, me, grants, store, state })
  const [discarding, setDiscarding] = useState(false)
  const { adding, added, propose } = sharing
  const { draft, save } = state
  const edit = (e: Parameters<typeof propose>[0]) => void propose(e)

  const body = useRef<HTMLDivElement>(null)
  const idle = !sharing.checking && !sharing.review
  useEffect(() => {
    if (idle) returnFocus(body.current)
  }, [idle])

  const tryClose = () => {
    // Esc in a field for people closes its suggestions first.
    const { activeElement } = document
    if (activeElement?.role === 'combobox' && activeElement.getAttribute('aria-expanded') === 'true') return
    if (discarding) setDiscarding(false)
    else if (adding.list.length > 0) setDiscarding(true)
    else close()
  }
  const close = () => {
    onClose()
    if (save.kind !== 'saved' || !save.undo) return
    const { undo } = save
    // What opens it to everyone again is asked about, and so only here.
    if (wideningOf(kind, draft, undo.apply(draft)) === 'everyone') return
    const takeBack = () => store.apply(undo).then((ok) => ok || toast(lastFailure(store), { kind: 'error' }))
    toast(`“${name}”: ${save.done}`, { action: { label: 'Undo', run: () => void takeBack() } })
  }
  return (
    <Dialog
      open
      wide
      onOpenChange={tryClose}
      title={`Share “${name}”`}
      description={<ReachLine node={node} version={grants.version} />}
      actions={
        <AccessFooter
          node={node}
          kind={kind}
          save={save}
          discarding={discarding}
          onUndo={edit}
          onRetry={() => store.retry()}
          onDone={tryClose}
          onKeep={() => setDiscarding(false)}
          onDiscard={close}
        />
      }
    >
      <div className={styles.editor} ref={body}>
        {sharing.problem && <Banner kind="error">{sharing.problem}</Banner>}
        {state.error !== undefined && <ErrorNotice error={state.error} onRetry={store.load} />}
        <OthersNotice others={state.others} />
        <NodeRequests node={node} count={grants.requests ?? 0} />
        <AddPeople
          people={adding}
          added={added}
          role={sharing.role}
          onRole={sharing.setRole}
          onShare={() => void sharing.share()}
          busy={sharing.checking}
          entries={draft.entries}
          change={{
            kind: 'grants',
            node,
            body: toChange(grants, giveAll(added, sharing.role).apply(draft)),
          }}
        />
        <h3 className={styles.heading}>Who has access</h3>
        <AccessRows entries={draft.entries} me={me} onEdit={edit} />
        <NodeLinks node={node} kind={kind} grants={grants} onChanged={store.load} />
        <AccessFolds node={node} kind={kind} me={me} grants={grants} draft={draft} onEdit={edit} />
      </div>
      {sharing.review && (
        <ReviewDialog
          review={sharing.review}
          kind={kind}
          onConfirm={() => void sharing.confirm()}
          onBack={sharing.back}
        />
      )}
    </Dialog>
  )
}

/** Who shared with the keyboard goes on in the field: the button pressed is disabled now. */
function returnFocus(body: HTMLElement | null) {
  setTimeout(() => {
    const at = document.activeElement
    if (at && at !== document.body && !at.matches(':disabled')) return
    body?.querySelector<HTMLElement>('[role=combobox]')?.focus()
  })
}

/** Why the last change failed, for somebody who has closed the dialog. */
function lastFailure(store: AccessStore): string {
  const { save } = store.get()
  return save.kind === 'failed' ? messageOf(save.error) : 'It could not be taken back.'
}

/** Tells that somebody else changes it too. */
function OthersNotice({ others }: { others: Principal[] }) {
  const seen = useRef<Principal[]>([])
  const [isRead, setRead] = useState(false)
  if (seen.current !== others) {
    seen.current = others
    if (isRead) setRead(false)
  }
  if (others.length === 0 || isRead) return null
  return (
    <Banner actions={<Button onClick={() => setRead(true)}>OK</Button>}>
      Somebody else changed the access of {listed(others)} just now. The list shows it.
    </Banner>
  )
}
