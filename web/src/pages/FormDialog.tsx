import { type ReactNode, useId } from 'react'
import { useReturnFocus } from '../share/useReturnFocus'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { ErrorNotice } from './ErrorNotice'
import page from './Page.module.css'
import { useSubmit } from './useSubmit'

export interface FormDialogProps {
  title: string
  description?: ReactNode
  /** The verb on the button. */
  verb: string
  /** Keeps it from being sent while something is missing. */
  disabled?: boolean
  onClose: () => void
  /** Sends it; what it throws is shown in the dialog, which stays open. */
  onSubmit: () => Promise<void>
  children: ReactNode
}

/** A dialog that is a form: fields, Cancel, and one button that sends it. */
export function FormDialog(props: FormDialogProps) {
  const { title, description, verb, disabled, onClose, onSubmit, children } = props
  const form = useId()
  const { busy, error, submit } = useSubmit(onSubmit)
  useReturnFocus(true)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={description}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} busy={busy} disabled={disabled}>
            {verb}
          </Button>
        </>
      }
    >
      <form id={form} className={page.form} onSubmit={submit}>
        {children}
        {error !== undefined && <ErrorNotice error={error} />}
      </form>
    </Dialog>
  )
}
