import { screen, waitFor } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { ana, expectAccessible, show } from '../../testing/components'
import type { InputFrame, Run } from '../../wire/types'
import { type NoteContext, NoteReact } from '../page/context'
import { ReplicaStore } from '../replica/store'
import { InputHost } from './InputHost'

vi.stubGlobal('CSS', { escape: (name: string) => name }) // jsdom has none

const question: InputFrame = {
  op: 'INPUT',
  note: 'n',
  run: 'r1',
  paragraph: 'p',
  question: 'q1',
  prompt: 'Who are you? ',
  password: false,
  at: '',
}

const run = (more: Partial<Run> = {}): Run => ({
  id: 'r1',
  paragraph: 'p',
  by: { id: ana.id, name: 'ana' },
  version: 0,
  state: 'sent',
  queuedAt: new Date().toISOString(),
  ...more,
})

function showHost(asked: InputFrame | undefined, of = run(), answer = vi.fn(async () => {})) {
  const questions = { subscribe: () => () => {}, of: () => asked, answer }
  const store = new ReplicaStore('n')
  store.take({ op: 'RUN', note: 'n', runs: [of] })
  const client = { questions, store, serverNow: Date.now }
  const note = { client, announce: vi.fn() } as unknown as NoteContext
  const host = (
    <NoteReact value={note}>
      <section data-pid="p" tabIndex={-1}>
        <InputHost paragraph="p" run={of} />
      </section>
    </NoteReact>
  )
  return { ...show(host), answer, note }
}

it('asks in a field that has the focus, and Enter answers', async () => {
  const { user, answer } = showHost(question)
  const field = screen.getByRole('textbox', { name: 'Who are you?' })
  expect(document.activeElement).toBe(field)
  await user.keyboard('Zoë{Enter}')
  expect(answer).toHaveBeenCalledWith(question, 'Zoë')
  await expectAccessible()
})

it('hides a password, and Escape leaves the field', async () => {
  const { user } = showHost({ ...question, prompt: '', password: true })
  const field = screen.getByLabelText('Password')
  expect(field.getAttribute('type')).toBe('password')
  await user.keyboard('{Escape}')
  expect(document.activeElement?.getAttribute('data-pid')).toBe('p')
})

it('says why an answer was refused, and keeps it', async () => {
  const answer = vi.fn(() => Promise.reject(new Error('You may not run this note.')))
  const { user } = showHost(question, run(), answer)
  await user.keyboard('yes{Enter}')
  await screen.findByRole('alert')
  expect(screen.getByRole('alert').textContent).toContain('may not run')
  const field = screen.getByRole<HTMLInputElement>('textbox')
  await waitFor(() => expect(field.readOnly).toBe(false))
  expect(field.value).toBe('yes')
})

it('does not take the focus from somebody who types', async () => {
  const editor = document.body.appendChild(document.createElement('textarea'))
  const before = run({ queuedAt: '2026-11-21T10:00:00Z' })
  editor.focus()
  editor.dispatchEvent(new InputEvent('beforeinput', { bubbles: true }))
  const { note } = showHost(question, before)
  expect(document.activeElement).toBe(editor)
  expect(note.announce).toHaveBeenCalledWith(expect.stringContaining('Who are you?'))
  editor.remove()
})

it('tells others whom the code waits for', () => {
  showHost(undefined, run({ asks: true, by: { id: 99, name: 'bob' } }))
  expect(screen.getByText('Waits for bob’s input')).toBeDefined()
  expect(screen.queryByRole('textbox')).toBeNull()
})
