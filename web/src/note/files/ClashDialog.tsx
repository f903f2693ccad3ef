import { useState } from 'react'
import { Button } from '../../ui/Button'
import { CheckField } from '../../ui/CheckField'
import { Dialog } from '../../ui/Dialog'
import { type Clash, type Uploads, useUploads } from './uploads'

/** Asks what to do with an upload whose name is taken. */
export function ClashDialog({ uploads, taken }: { uploads: Uploads; taken: ReadonlySet<string> }) {
  const clashes = useUploads(uploads).filter((u) => u.state === 'clash')
  const [forAll, setForAll] = useState(false)
  const first = clashes[0]
  if (!first) return null
  const answer = (how: Clash) => uploads.answer(first.id, how, taken, forAll)
  return (
    <Dialog
      open
      onOpenChange={() => answer('skip')}
      title={`“${first.name}” is there already`}
      actions={
        <>
          <Button onClick={() => answer('skip')}>Skip</Button>
          <Button onClick={() => answer('both')}>Keep both</Button>
          <Button kind="danger" onClick={() => answer('replace')}>
            Replace
          </Button>
        </>
      }
    >
      <p>Replacing it cannot be undone.</p>
      {clashes.length > 1 && (
        <CheckField label={`Do the same for all ${clashes.length}`} checked={forAll} onChange={setForAll} />
      )}
    </Dialog>
  )
}
