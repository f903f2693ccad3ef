import { useState } from 'react'
import { Button } from '../../ui/Button'
import { ReachList } from '../ReachList'
import { Section } from '../Section'

/** What one can reach oneself, and by what; looked up when one asks. */
export function ReachSection() {
  const [open, setOpen] = useState(false)
  return (
    <Section
      title="What you can reach"
      lead="Every folder and note that is open to you, and by which grant, group or link."
      actions={
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide' : 'Show'}
        </Button>
      }
    >
      {open && <ReachList path="/me/reach" />}
    </Section>
  )
}
