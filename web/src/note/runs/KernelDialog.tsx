import { type KernelMode, KernelModes } from '../../tree/KernelModes'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { toastError } from '../../ui/Toast'
import type { NoteSettings } from '../../wire/types'
import { useNote } from '../page/context'
import { useSlice } from '../replica/store'

/** Asks whose kernels run the note. */
export function KernelDialog({ onClose }: { onClose: () => void }) {
  const { client } = useNote()
  const mode: KernelMode = useSlice(client.store, 'head', (s) => s.settings.kernels ?? '')
  const choose = (kernels: KernelMode) =>
    void client.do('note.configure', { settings: { kernels } as NoteSettings }).catch(toastError)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Kernels"
      description="It counts from the next run on; what runs goes on where it is."
      actions={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <KernelModes legend="Who shares a kernel on this note?" value={mode} onChange={choose} />
    </Dialog>
  )
}
