import { useState } from 'react'
import { FormDialog } from '../pages/FormDialog'
import { TextField } from '../ui/TextField'
import type { Entry } from './access'
import { datesProblem, fieldOf, timeOf } from './dates'
import { nameOf } from './PrincipalName'

export interface DatesDialogProps {
  entry: Entry
  onClose: () => void
  onDates: (startsAt?: string, endsAt?: string) => void
}

/** When an entry begins and ends to count. */
export function DatesDialog({ entry, onClose, onDates }: DatesDialogProps) {
  const [from, setFrom] = useState(fieldOf(entry.startsAt))
  const [until, setUntil] = useState(fieldOf(entry.endsAt))
  const startsAt = timeOf(from, entry.startsAt)
  const endsAt = timeOf(until, entry.endsAt)
  const problem = datesProblem(startsAt, endsAt)
  const save = async () => {
    onClose()
    onDates(startsAt, endsAt)
  }
  return (
    <FormDialog
      title={`When does the access of ${nameOf(entry.principal)} count?`}
      description="It begins and ends by itself. Without dates it stays until it is taken away."
      verb="Set"
      disabled={problem !== ''}
      onClose={onClose}
      onSubmit={save}
    >
      <TextField
        label="From (optional)"
        type="datetime-local"
        value={from}
        onChange={(e) => setFrom(e.target.value)}
        hint="Your time. Empty: from now on."
      />
      <TextField
        label="Until (optional)"
        type="datetime-local"
        value={until}
        onChange={(e) => setUntil(e.target.value)}
        error={problem}
        hint="Empty: no end."
      />
    </FormDialog>
  )
}
