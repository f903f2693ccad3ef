import { useState } from 'react'
import { useMe } from '../../app/session'
import { Banner } from '../../ui/Banner'
import { Button } from '../../ui/Button'
import { IconButton } from '../../ui/IconButton'
import { CloseIcon, CopyIcon } from '../../ui/icons'
import { toastError } from '../../ui/Toast'
import { useMay, useNote } from '../page/context'
import { useSlice } from '../replica/store'
import { openScratch } from './openScratch'

/** Offers a scratch copy to who may run the note and not change it. */
export function TryCopyBanner() {
  const { client } = useNote()
  const [mayRun, mayWrite] = [useMay('run'), useMay('write')]
  const trashed = useSlice(client.store, 'head', (s) => s.trashed)
  const guest = useMe()?.guest
  const [isRead, setRead] = useState(false)
  const [busy, setBusy] = useState(false)
  if (!mayRun || mayWrite || trashed || guest || isRead) return null
  const open = async () => {
    setBusy(true)
    await openScratch(client.note).catch(toastError)
    setBusy(false)
  }
  return (
    <Banner
      icon={<CopyIcon />}
      actions={
        <>
          <Button busy={busy} onClick={() => void open()}>
            Try your own copy
          </Button>
          <IconButton label="Close the offer" onClick={() => setRead(true)}>
            <CloseIcon />
          </IconButton>
        </>
      }
    >
      You may run this note and not change it. In a copy of your own you may.
    </Banner>
  )
}
