import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { RadioCards } from '../../ui/RadioCards'
import { toastError } from '../../ui/Toast'
import type { NoteSettings } from '../../wire/types'
import { useNote } from '../page/context'
import { useSlice } from '../replica/store'

type Mode = NonNullable<NoteSettings['kernels']> | ''

const modes: { value: Mode; label: string; description: string }[] = [
  {
    value: '',
    label: 'As the folder says',
    description:
      'If no folder says it: one kernel for all. Where everybody or more than twenty people may run, those who may not write have their own.',
  },
  {
    value: 'together',
    label: 'One for all',
    description: 'Everybody runs in the same kernel, sees its variables, and sees every result.',
  },
  {
    value: 'own',
    label: 'Each their own',
    description: 'Nobody meets the variables of others. Results are seen by who ran them and by writers.',
  },
]

/** Asks whose kernels run the note. */
export function KernelDialog({ onClose }: { onClose: () => void }) {
  const { client } = useNote()
  const mode: Mode = useSlice(client.store, 'head', (s) => s.settings.kernels ?? '')
  const choose = (kernels: Mode) =>
    void client.do('note.configure', { settings: { kernels } as NoteSettings }).catch(toastError)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Kernel"
      description="It counts from the next run on; what runs goes on where it is."
      actions={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <RadioCards legend="Who shares a kernel on this note?" value={mode} options={modes} onChange={choose} />
    </Dialog>
  )
}
