import { useState } from 'react'
import { Button } from '../../ui/Button'
import { toastError } from '../../ui/Toast'
import type { PartState } from '../replica/output'
import { savePart } from './parts'

/** Has the browser save a whole part as a file. */
export function SaveButton({ note, run, part }: { note: string; run: string; part: PartState }) {
  const [busy, setBusy] = useState(false)
  const save = async () => {
    setBusy(true)
    await savePart(note, run, part).catch(toastError)
    setBusy(false)
  }
  return (
    <Button busy={busy} onClick={() => void save()}>
      Download
    </Button>
  )
}
