import { useEffect, useRef } from 'react'
import type { Node } from '../api/types'
import { Button } from '../ui/Button'
import styles from './Access.module.css'
import type { SaveState } from './accessStore'
import type { Edit } from './edits'
import { CopyAddress } from './links/CopyAddress'
import { SaveStatus } from './SaveStatus'

export interface AccessFooterProps {
  node: string
  kind: Node['kind']
  save: SaveState
  /** It is asked whether names in the field may be forgotten. */
  discarding: boolean
  onUndo: (edit: Edit) => void
  onRetry: () => void
  onDone: () => void
  onKeep: () => void
  onDiscard: () => void
}

export function AccessFooter(props: AccessFooterProps) {
  if (props.discarding) return <AskDiscard onKeep={props.onKeep} onDiscard={props.onDiscard} />
  return (
    <>
      <SaveStatus save={props.save} onUndo={props.onUndo} onRetry={props.onRetry} />
      <CopyAddress node={{ id: props.node, kind: props.kind }} />
      <Button kind="primary" onClick={props.onDone}>
        Done
      </Button>
    </>
  )
}

/** Asks in place of the buttons; the focus goes to the last of its own. */
function AskDiscard({ onKeep, onDiscard }: { onKeep: () => void; onDiscard: () => void }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.querySelector<HTMLButtonElement>('button:last-of-type')?.focus(), [])
  return (
    <div className={styles.ask} ref={box}>
      <p role="alert">The names in the field have no access yet.</p>
      <Button onClick={onKeep}>Keep editing</Button>
      <Button kind="danger" onClick={onDiscard}>
        Close without them
      </Button>
    </div>
  )
}
