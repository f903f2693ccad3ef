import { type ReactNode, useEffect, useRef } from 'react'
import type { Node, Role } from '../api/types'
import { Button } from '../ui/Button'
import styles from './Access.module.css'

/** What is asked before something that one may not have meant. */
export type Question = { kind: 'everyone'; role: Role } | { kind: 'discard' }

export interface AccessFooterProps {
  question: Question | undefined
  kind: Node['kind']
  dirty: boolean
  saving: boolean
  trySave: () => void
  /** Saves although everyone will see it. */
  save: () => void
  back: () => void
  tryClose: () => void
  onDiscard: () => void
}

const everyoneCan: Record<Role, (kind: string) => string> = {
  owner: (kind) => `read, run and change this ${kind}, and decide who has access`,
  writer: (kind) => `read, run and change this ${kind}`,
  runner: (kind) => `read and run this ${kind}`,
  reader: (kind) => `read this ${kind}`,
}

export function AccessFooter(props: AccessFooterProps) {
  const { question, kind, dirty, saving } = props
  if (question?.kind === 'everyone') {
    return (
      <Ask text={`Everyone who signs in will be able to ${everyoneCan[question.role](kind)}.`}>
        <Button onClick={props.back}>Back</Button>
        <Button kind="primary" busy={saving} onClick={props.save}>
          Share with everyone
        </Button>
      </Ask>
    )
  }
  if (question?.kind === 'discard') {
    return (
      <Ask text="Your changes are not saved.">
        <Button onClick={props.back}>Keep editing</Button>
        <Button kind="danger" onClick={props.onDiscard}>
          Discard changes
        </Button>
      </Ask>
    )
  }
  return (
    <>
      <Button onClick={props.tryClose}>{dirty ? 'Cancel' : 'Close'}</Button>
      <Button kind="primary" busy={saving} disabled={!dirty} onClick={props.trySave}>
        Save
      </Button>
    </>
  )
}

/** Asks in place of the buttons; the focus goes to the last of its own. */
function Ask({ text, children }: { text: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.querySelector<HTMLButtonElement>('button:last-of-type')?.focus(), [])
  return (
    <div className={styles.ask} ref={box}>
      <p role="alert">{text}</p>
      {children}
    </div>
  )
}
