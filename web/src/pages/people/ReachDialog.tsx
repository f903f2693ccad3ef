import { useReturnFocus } from '../../share/useReturnFocus'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { ReachList } from '../ReachList'

interface ReachDialogProps {
  person: string
  /** Of the API. */
  path: string
  onClose: () => void
}

/** Everything somebody can reach, as far as the one who asks may read it. */
export function ReachDialog({ person, path, onClose }: ReachDialogProps) {
  useReturnFocus(true)
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={`What ${person} can reach`}
      description="Names are shown of what you may read yourself; the rest is counted."
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <ReachList path={path} />
    </Dialog>
  )
}
