import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { Preview } from '../../api/sharing'
import { expectAccessible, show } from '../../testing/components'
import { type Call, fakeApi } from '../../testing/fakeApi'
import { NewLinkDialog } from './NewLinkDialog'

const opening = (actions: Preview['gains'][number]['actions']): Preview => ({
  gains: [{ person: { id: 90, kind: 'link', name: '' }, actions, notes: 3 }],
  losses: [],
  people: { gain: 0, lose: 0 },
  notes: 3,
  outputs: 2,
  files: 1,
  everyone: '',
  truncated: false,
  sentence: 'Whoever opens a link gains access on 3 notes; 2 results and 1 file become visible.',
})

function showDialog(anyoneAllowed = true) {
  const calls = fakeApi({
    'POST /preview': ({ body }: Call) =>
      opening(JSON.stringify(body).includes('"runner"') ? ['read', 'run'] : ['read']),
  })
  const dialog = (
    <NewLinkDialog
      node="n1"
      kind="note"
      anyoneAllowed={anyoneAllowed}
      onClose={() => {}}
      onCreated={() => {}}
    />
  )
  return { ...show(dialog), asked: () => calls.filter((c) => c.path === '/preview').map((c) => c.body) }
}

it('says before it is made what whoever signs in with it gains', async () => {
  const { user, asked } = showDialog()
  screen.getByText(/^Anybody with the link who signs in here gains this/)
  await screen.findByText(/^Whoever opens a link gains access on 3 notes/)
  const gains = within(screen.getByRole('region', { name: 'Gain access' }))
  gains.getByText('Whoever opens it')
  gains.getByText('can read, 3 notes')
  await expectAccessible()
  await user.selectOptions(screen.getByLabelText('Whoever opens it'), 'runner')
  await screen.findByText('can read and run, 3 notes')
  expect(asked()).toEqual([
    { change: { kind: 'link', node: 'n1', role: 'reader', anyone: false } },
    { change: { kind: 'link', node: 'n1', role: 'runner', anyone: false } },
  ])
})

it('says that nobody has to sign in where it is for anyone', async () => {
  const { user, asked } = showDialog()
  await user.click(screen.getByLabelText(/^Also people without an account/))
  screen.getByText(/^Nobody has to sign in/)
  expect(screen.queryByText(/^Anybody with the link who signs in/)).toBeNull()
  await waitFor(() =>
    expect(asked().at(-1)).toEqual({ change: { kind: 'link', node: 'n1', role: 'reader', anyone: true } }),
  )
})
