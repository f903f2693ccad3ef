import { useState } from 'react'
import { Banner } from '../../ui/Banner'
import { Button } from '../../ui/Button'
import { EraserIcon } from '../../ui/icons'
import { KeepDialog } from './KeepDialog'
import { useScratch } from './useScratch'

/** What a scratch copy is, and how it becomes a note. */
export function ScratchBanner() {
  const scratch = useScratch()
  const [keeping, setKeeping] = useState(false)
  if (!scratch) return null
  return (
    <>
      <Banner
        icon={<EraserIcon />}
        actions={<Button onClick={() => setKeeping(true)}>Save as my own note</Button>}
      >
        Scratch copy{scratch.of && ` of “${scratch.of}”`}: yours alone, in no list, gone some minutes after
        you close it.
      </Banner>
      {keeping && <KeepDialog scratch={scratch} onClose={() => setKeeping(false)} />}
    </>
  )
}
