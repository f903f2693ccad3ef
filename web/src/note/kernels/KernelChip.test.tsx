import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { ana, expectAccessible } from '../../testing/components'
import { done, fakeApi, refusal } from '../../testing/fakeApi'
import { showInNote } from '../../testing/openNote'
import type { Kernel, NoteFrame } from '../../wire/types'
import { KernelChip, OthersKernels } from './KernelChip'

const kernel = (more: Partial<Kernel> = {}): Kernel => ({
  interpreter: 'python',
  state: 'busy',
  since: '2026-01-01T10:00:00Z',
  ...more,
})

async function openChip(of: Kernel, allowed: NoteFrame['allowed'] = ['read', 'run']) {
  const calls = fakeApi({
    'POST /notes/n/kernel/interrupt': done,
    'POST /notes/n/kernel/restart': done,
    'POST /notes/n/kernel/stop': done,
  })
  const shown = showInNote(<KernelChip kernel={of} />, { allowed })
  await shown.user.click(screen.getByRole('button'))
  const menu = await screen.findByRole('menu')
  const items = () =>
    within(menu)
      .getAllByRole('menuitem')
      .filter((i) => i.ariaDisabled !== 'true')
      .map((i) => i.textContent)
  return { ...shown, calls, menu, items }
}

describe('a kernel in the status bar', () => {
  it.each([
    ['python busy', 'Shared by everybody who runs this note. Running code since', kernel()],
    ['python idle', 'Waiting for something to do since', kernel({ state: 'idle' })],
    ['python starting…', 'Starting since', kernel({ state: 'starting' })],
    ['your python busy', 'Your own kernel', kernel({ person: { id: ana.id, name: 'ana' } })],
    ['python ended: Killed', 'Killed. The next run starts', kernel({ state: 'dead', reason: 'Killed' })],
  ])('“%s” says “%s”', async (chip, sentence, of) => {
    const { menu } = await openChip(of)
    expect(document.querySelector('button[aria-haspopup=menu]')?.textContent).toBe(chip)
    expect(menu.textContent).toContain(sentence)
    await expectAccessible()
  })

  it('offers what one may do: nothing to readers, and modes only to writers', async () => {
    const reader = await openChip(kernel(), ['read'])
    expect(reader.items()).toEqual(['Runs'])
    reader.unmount()
    const runner = await openChip(kernel(), ['read', 'run'])
    expect(runner.items()).toEqual(['Interrupt what runs', 'Restart', 'Stop', 'Runs'])
    runner.unmount()
    const writer = await openChip(kernel(), ['read', 'run', 'write'])
    expect(writer.items()).toContain('Together, or each their own')
  })

  it('interrupts only what runs, and governs none that has ended', async () => {
    const idle = await openChip(kernel({ state: 'idle' }))
    expect(idle.items()).toEqual(['Restart', 'Stop', 'Runs'])
    idle.unmount()
    for (const state of ['dead', 'ended'] as const) {
      const gone = await openChip(kernel({ state }))
      expect(gone.items()).toEqual(['Runs'])
      gone.unmount()
    }
  })

  it('interrupts at once', async () => {
    const { user, calls } = await openChip(kernel())
    await user.click(screen.getByRole('menuitem', { name: 'Interrupt what runs' }))
    expect(calls.map((c) => [c.path, c.body])).toEqual([
      ['/notes/n/kernel/interrupt', { interpreter: 'python' }],
    ])
  })

  it.each([
    ['Restart', 'restart'],
    ['Stop', 'stop'],
  ])('asks before it is told to %s, and says who loses by it', async (item, asked) => {
    const { user, calls } = await openChip(kernel())
    await user.click(screen.getByRole('menuitem', { name: item }))
    const dialog = await screen.findByRole('dialog', { name: `${item} python?` })
    within(dialog).getByText(/is lost, for everybody who uses it/)
    expect(calls).toEqual([])
    await user.click(within(dialog).getByRole('button', { name: item }))
    await waitFor(() => expect(calls.map((c) => c.path)).toEqual([`/notes/n/kernel/${asked}`]))
  })

  it('names whose kernel is meant, and says that only they lose by it', async () => {
    const { user, calls } = await openChip(kernel({ person: { id: ana.id, name: 'ana' } }))
    await user.click(screen.getByRole('menuitem', { name: 'Restart' }))
    const dialog = await screen.findByRole('dialog')
    expect(dialog.textContent).not.toContain('everybody')
    await user.click(within(dialog).getByRole('button', { name: 'Restart' }))
    await waitFor(() => expect(calls[0]?.body).toEqual({ interpreter: 'python', person: ana.id }))
  })

  it('says what was refused', async () => {
    const { user } = await openChip(kernel())
    fakeApi({ 'POST /notes/n/kernel/interrupt': () => refusal(403, 'forbidden', 'You may not run it.') })
    await user.click(screen.getByRole('menuitem', { name: 'Interrupt what runs' }))
    await screen.findByText('You may not run it.')
  })
})

describe('own kernels of others', () => {
  const others = [kernel({ person: { id: 12, name: 'bob' }, state: 'idle' })]

  it('are stopped by writers, after the question', async () => {
    const calls = fakeApi({ 'POST /notes/n/kernel/stop': done })
    const { user } = showInNote(<OthersKernels kernels={others} />)
    await user.click(screen.getByRole('button', { name: '1 of others’ own' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Stop bob’s python (idle)' }))
    const dialog = await screen.findByRole('dialog', { name: 'Stop bob’s python?' })
    expect(calls).toEqual([])
    await user.click(within(dialog).getByRole('button', { name: 'Stop' }))
    await waitFor(() => expect(calls[0]?.body).toEqual({ interpreter: 'python', person: 12 }))
  })

  it('are left alone by those who may not write', async () => {
    const { user } = showInNote(<OthersKernels kernels={others} />, { allowed: ['read', 'run'] })
    await user.click(screen.getByRole('button', { name: '1 of others’ own' }))
    const item = await screen.findByRole('menuitem', { name: /^Stop bob/ })
    expect(item.ariaDisabled).toBe('true')
  })

  it('are not spoken of where there are none', () => {
    showInNote(<OthersKernels kernels={[]} />)
    expect(screen.queryByText(/others’ own/)).toBeNull()
  })
})
