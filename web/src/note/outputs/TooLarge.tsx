import type { ReactNode } from 'react'
import { Button } from '../../ui/Button'
import type { PartState } from '../replica/output'
import { Retry } from './Retry'
import { SaveButton } from './SaveButton'
import { size } from './size'
import styles from './TooLarge.module.css'
import { mostShown, useWhole } from './useWhole'
import { Working } from './Working'

interface TooLargeProps {
  note: string
  run: string
  part: PartState
  /** Shows the part once its data are here. */
  children: (part: PartState) => ReactNode
}

/** What is not sent unasked: it is read on request. */
export function TooLarge({ note, run, part, children }: TooLargeProps) {
  const { data, share, failure, read, cancel } = useWhole(note, run, part)
  if (data !== undefined) return children({ ...part, data })
  return (
    <div className={styles.large}>
      <span>This output has {size(part.bytes)}, too much to be shown unasked.</span>
      {share !== undefined ? (
        <Working what="Reading" share={share} onCancel={cancel} />
      ) : (
        part.bytes <= mostShown && <Button onClick={() => void read()}>Show it</Button>
      )}
      {failure !== undefined && <Retry why={failure} onRetry={() => void read()} />}
      <SaveButton note={note} run={run} part={part} />
    </div>
  )
}
