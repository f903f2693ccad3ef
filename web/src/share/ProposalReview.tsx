import { useState } from 'react'
import { ErrorNotice } from '../pages/ErrorNotice'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { PreviewView } from './PreviewView'
import type { Pending } from './proposal'
import { useReturnFocus } from './useReturnFocus'

/** Says whom a change reaches, and makes it when one says so once more. */
export function ProposalReview({ pending, onClose }: { pending: Pending; onClose: () => void }) {
  const { proposal, preview, error: unknown } = pending
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  useReturnFocus(true)
  const confirm = async () => {
    setBusy(true)
    try {
      await proposal.make()
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
      title={proposal.title}
      description={proposal.description}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind={proposal.danger ? 'danger' : 'primary'} busy={busy} onClick={confirm}>
            {proposal.verb}
          </Button>
        </>
      }
    >
      {preview && <PreviewView preview={preview} />}
      {unknown !== undefined && <WhyUnknown error={unknown} />}
      {error !== undefined && <ErrorNotice error={error} />}
    </Dialog>
  )
}

/** In place of what a change would do. */
export function WhyUnknown({ error }: { error: unknown }) {
  return (
    <>
      <p>What it would do to whom could not be found out:</p>
      <ErrorNotice error={error} />
    </>
  )
}
