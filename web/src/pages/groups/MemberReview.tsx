import { useState } from 'react'
import { PreviewView } from '../../share/PreviewView'
import { useReturnFocus } from '../../share/useReturnFocus'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { ErrorNotice } from '../ErrorNotice'
import type { MemberChange, PendingChange } from './useMembers'

interface MemberReviewProps {
  pending: PendingChange
  onConfirm: (change: MemberChange) => Promise<void>
  onClose: () => void
}

/** Says whom a change of members reaches besides those named, and asks once more. */
export function MemberReview({ pending, onConfirm, onClose }: MemberReviewProps) {
  const { change, preview } = pending
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  useReturnFocus(true)
  const confirm = async () => {
    setBusy(true)
    try {
      await onConfirm(change)
      onClose()
    } catch (e) {
      setError(e)
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={change.title}
      description="This reaches further than the names in it."
      actions={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button kind={change.danger ? 'danger' : 'primary'} busy={busy} onClick={confirm}>
            {change.verb}
          </Button>
        </>
      }
    >
      <PreviewView preview={preview} />
      {error !== undefined && <ErrorNotice error={error} />}
    </Dialog>
  )
}
