import type { Node, Role } from '../api/types'
import { Banner } from '../ui/Banner'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { everyone, roleOf } from './access'
import { PreviewView } from './PreviewView'
import { WhyUnknown } from './ProposalReview'
import { useReturnFocus } from './useReturnFocus'
import type { Review } from './useSharing'

export interface ReviewDialogProps {
  review: Review
  kind: Node['kind']
  onConfirm: () => void
  onBack: () => void
}

const everyoneCan: Record<Role, (kind: string) => string> = {
  owner: (kind) => `read, run and change this ${kind}, and decide who has access`,
  writer: (kind) => `read, run and change this ${kind}`,
  runner: (kind) => `read and run this ${kind}`,
  reader: (kind) => `read this ${kind}`,
}

/** Asks a second time before a change that reaches far, and says how far. */
export function ReviewDialog({ review, kind, onConfirm, onBack }: ReviewDialogProps) {
  useReturnFocus(true)
  const words = wordsOf(review, kind)
  return (
    <Dialog
      open
      onOpenChange={onBack}
      title={words.title}
      actions={
        <>
          <Button onClick={onBack}>Back</Button>
          <Button kind={review.widening === 'leaving' ? 'danger' : 'primary'} onClick={onConfirm} autoFocus>
            {words.verb}
          </Button>
        </>
      }
    >
      {words.text && <p>{words.text}</p>}
      {review.widening === 'leaving' && (
        <Banner kind="warn">
          After this you are no owner: you cannot change who has access, and cannot take this back yourself.
        </Banner>
      )}
      {review.preview && <PreviewView preview={review.preview} />}
      {review.error !== undefined && <WhyUnknown error={review.error} />}
    </Dialog>
  )
}

function wordsOf({ widening, after }: Review, kind: Node['kind']) {
  if (widening === 'leaving') return { title: 'Give up owning it?', verb: 'Give it up' }
  if (widening === 'everyone') {
    const role = roleOf(after.entries, everyone) ?? 'reader'
    return {
      title: 'Share with everyone?',
      verb: 'Share with everyone',
      text: `Everyone who signs in will be able to ${everyoneCan[role](kind)}.`,
    }
  }
  if (widening === 'closing')
    return after.closed
      ? {
          title: `Close this ${kind}?`,
          verb: 'Close it',
          text: 'Only the names listed for itself keep access.',
        }
      : {
          title: `Open this ${kind}?`,
          verb: 'Open it',
          text: 'Access to the folders above counts here again.',
        }
  return { title: 'This reaches further', verb: 'Share' }
}
