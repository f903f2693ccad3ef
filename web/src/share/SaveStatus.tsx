import { messageOf } from '../pages/ErrorNotice'
import { Button } from '../ui/Button'
import { CheckIcon, WarningIcon } from '../ui/icons'
import { Spinner } from '../ui/Spinner'
import type { SaveState } from './accessStore'
import type { Edit } from './edits'
import styles from './SaveStatus.module.css'

export interface SaveStatusProps {
  save: SaveState
  onUndo: (edit: Edit) => void
  onRetry: () => void
}

/** Whether the last change is saved, and what takes it back. */
export function SaveStatus({ save, onUndo, onRetry }: SaveStatusProps) {
  const undo = save.kind === 'saved' ? save.undo : undefined
  return (
    <div className={styles.saved} data-state={save.kind}>
      <span className={styles.savedText} role="status">
        {save.kind === 'saving' && (
          <>
            <Spinner /> Saving…
          </>
        )}
        {save.kind === 'saved' && (
          <>
            <CheckIcon /> Saved. {save.done}
          </>
        )}
      </span>
      {save.kind === 'failed' && (
        <span className={styles.savedText} role="alert">
          <WarningIcon /> Not saved. {messageOf(save.error)}
        </span>
      )}
      {undo && (
        <Button kind="quiet" onClick={() => onUndo(undo)}>
          Undo
        </Button>
      )}
      {save.kind === 'failed' && (
        <Button kind="quiet" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}
