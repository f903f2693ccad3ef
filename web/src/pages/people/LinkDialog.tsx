import type { SecretLink } from '../../api/types'
import { useReturnFocus } from '../../share/useReturnFocus'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { SecretPanel } from '../SecretPanel'

/** A link by which somebody chooses a password, to be sent to them. */
export function LinkDialog({ name, link, onClose }: { name: string; link: SecretLink; onClose: () => void }) {
  const invite = link.purpose !== 'reset'
  useReturnFocus(true)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={invite ? `Invitation for “${name}”` : `New password for “${name}”`}
      actions={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <SecretPanel label="Link" secret={link.url} expiresAt={link.expiresAt}>
        {`Send it to ${name}: whoever opens it first chooses the password. Earlier links stopped working.`}
      </SecretPanel>
    </Dialog>
  )
}
