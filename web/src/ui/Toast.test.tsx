import { screen, waitFor } from '@testing-library/react'
import userEvent, { PointerEventsCheckLevel } from '@testing-library/user-event'
import { useState } from 'react'
import { describe, expect, it } from 'vitest'
import { show } from '../testing/components'
import { Dialog } from './Dialog'
import { Drawer } from './Drawer'
import { toast } from './Toast'

const panels = { Dialog, Drawer }

function Opened({ as: Panel }: { as: (typeof panels)[keyof typeof panels] }) {
  const [open, setOpen] = useState(true)
  return (
    <Panel open={open} onOpenChange={setOpen} title="Open">
      <button type="button">inside</button>
    </Panel>
  )
}

describe.each(Object.entries(panels))('a message above a %s', (_, panel) => {
  const given = async () => {
    show(<Opened as={panel} />)
    toast('Saved.', { action: { label: 'Undo', run: () => {} } })
    await screen.findByText('Saved.')
    // Styles, by which messages take the pointer, are not applied here.
    return userEvent.setup({ pointerEventsCheck: PointerEventsCheckLevel.Never })
  }
  const buttons = ['Close message', 'Undo']

  it.each(buttons.flatMap((name) => ['MouseLeft', 'TouchA'].map((by) => [name, by])))(
    'is left by “%s” with %s, and what is below stays open',
    async (name, by) => {
      const user = await given()
      const button = document.querySelector(`[aria-label="${name}"]`) ?? screen.getByText(name)
      await user.pointer([{ keys: `[${by}]`, target: button }])
      await waitFor(() => expect(screen.queryByText('Saved.')).toBeNull())
      await new Promise((r) => setTimeout(r)) // dialogs wait for the click to be over
      expect(screen.getByRole('dialog')).toBeTruthy()
    },
  )
})
