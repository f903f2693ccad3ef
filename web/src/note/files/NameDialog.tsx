import { type FormEvent, useId, useState } from 'react'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { TextField } from '../../ui/TextField'
import { nameProblem } from './files'

export interface NameDialogProps {
  title: string
  verb: string
  name?: string
  onClose: () => void
  /** What it throws is shown, and the dialog stays. */
  onName: (name: string) => Promise<void>
}

/** Asks for the name of a file or folder. */
export function NameDialog({ title, verb, name: before = '', onClose, onName }: NameDialogProps) {
  const form = useId()
  const [name, setName] = useState(before)
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    const wrong = nameProblem(name)
    if (wrong) return setProblem(wrong)
    if (name === before) return onClose()
    setBusy(true)
    try {
      await onName(name)
      onClose()
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure))
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} busy={busy}>
            {verb}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={(e) => void submit(e)}>
        <TextField
          label="Name"
          value={name}
          error={problem}
          onFocus={(e) => e.target.setSelectionRange(0, stemLength(before))}
          onChange={(e) => {
            setName(e.target.value)
            setProblem(undefined)
          }}
        />
      </form>
    </Dialog>
  )
}

/** How much of a name is selected, to be typed over: not what says which kind of file it is. */
function stemLength(name: string): number {
  const dot = name.lastIndexOf('.')
  return dot > 0 ? dot : name.length
}
