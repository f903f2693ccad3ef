import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { ConnectionRow, InterpreterRow } from '../api/types'
import { ana, expectAccessible, show } from '../testing/components'
import { type Call, done, fakeApi, refusal } from '../testing/fakeApi'
import { InterpretersPage } from './InterpretersPage'

const team = { id: 20, kind: 'group' as const, name: 'team' }
const gpu: InterpreterRow = {
  id: 3,
  name: 'gpu',
  aliases: ['torch'],
  displayName: 'Fast Python',
  kind: 'kernel',
  spec: 'python-gpu',
  environment: { TOKEN: '***' },
  arguments: ['--fast'],
  limits: { memory: 2 << 20, idle: 600 },
  users: [team],
  enabled: true,
}
const warehouse: ConnectionRow = {
  id: 5,
  name: 'warehouse',
  driver: 'postgres',
  host: 'db',
  port: 0,
  database: 'sales',
  username: 'reader',
  hasPassword: true,
  options: { tls: 'require' },
  readOnly: true,
  users: [],
}
const rows = {
  interpreters: [gpu],
  found: [
    { name: 'python-gpu', displayName: 'GPU', language: 'python', names: [] },
    { name: 'python3', displayName: 'Python 3', language: 'python', names: ['python3', 'python'] },
  ],
}
const search = ({ query }: Call) => ({
  people: [
    { id: 12, kind: 'user', name: 'bob' },
    { id: 20, kind: 'group', name: 'team' },
  ].filter((p) => p.name.startsWith(query.get('query') ?? '')),
})

function showPage(routes: Parameters<typeof fakeApi>[0] = {}, at = '/interpreters') {
  const calls = fakeApi({
    'GET /admin/interpreters': rows,
    'GET /admin/connections': { connections: [warehouse] },
    'GET /admin/gateways': {
      gateways: [{ id: 7, name: 'hub', url: 'https://hub', hasToken: true, options: {} }],
    },
    'GET /interpreters': { interpreters: [] },
    'GET /people': search,
    ...routes,
  })
  return { calls, ...show(<InterpretersPage />, { at }) }
}

const sent = (calls: Call[], method: string) => calls.find((c) => c.method === method)

describe('interpreters', () => {
  it('are listed with who may use them, beside what was found', async () => {
    showPage()
    const row = await screen.findByRole('listitem', { name: '%gpu' })
    within(row).getByText(/Fast Python · also %torch · kernel python-gpu · team/)
    within(screen.getByRole('listitem', { name: 'python3' })).getByText(/%python3, %python · everyone/)
    within(screen.getByRole('listitem', { name: 'python-gpu' })).getByText(/as the interpreters above say/)
    await expectAccessible()
  })

  it('are changed without losing what is not shown', async () => {
    const { calls, user } = showPage({ 'PUT /admin/interpreters/3': gpu })
    await user.click(await screen.findByRole('button', { name: 'Actions for %gpu' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Change…' }))
    const value = screen.getByLabelText<HTMLInputElement>('Value of TOKEN')
    expect(value.value).toBe('')
    expect(value.type).toBe('password')
    await user.click(screen.getByRole('button', { name: 'Add a variable' }))
    await user.type(screen.getByLabelText('Name of variable 2'), 'MODE')
    await user.type(screen.getByLabelText('Value of MODE'), 'x')
    await expectAccessible()
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(sent(calls, 'PUT')).toBeTruthy())
    expect(sent(calls, 'PUT')?.body).toEqual({
      name: 'gpu',
      aliases: ['torch'],
      displayName: 'Fast Python',
      kind: 'kernel',
      spec: 'python-gpu',
      environment: { TOKEN: '***', MODE: 'x' },
      arguments: ['--fast'],
      limits: { memory: 2 << 20, idle: 600 },
      enabled: true,
      users: [{ id: 20 }],
    })
  })

  it('say that they take a kernel over, and what the server refused', async () => {
    const { calls, user } = showPage({
      'POST /admin/interpreters': () =>
        refusal(409, 'conflict', '%gpu is borne by the interpreter “gpu” already.'),
    })
    await user.click(await screen.findByRole('button', { name: 'Restrict or change python3' }))
    await user.clear(screen.getByLabelText('Name'))
    await user.type(screen.getByLabelText('Name'), '%gpu')
    screen.getByText(/%python3 itself is offered to everyone now/)
    await user.click(screen.getByRole('button', { name: 'Create' }))
    await screen.findByText(/borne by the interpreter “gpu”/)
    expect(sent(calls, 'POST')?.body).toMatchObject({
      name: 'gpu',
      spec: 'python3',
      users: [{ name: 'everyone' }],
    })
  })

  it('of a connection have no kernel, environment or arguments', async () => {
    const { calls, user } = showPage({ 'POST /admin/interpreters': gpu })
    await user.click(await screen.findByRole('button', { name: 'New interpreter' }))
    await user.type(screen.getByLabelText('Name'), 'wh')
    await user.selectOptions(screen.getByLabelText('Runs in'), 'sql')
    await user.selectOptions(screen.getByLabelText('Connection'), 'warehouse')
    expect(screen.queryByText('Environment')).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Create' }))
    await waitFor(() => expect(sent(calls, 'POST')).toBeTruthy())
    expect(sent(calls, 'POST')?.body).toEqual({
      name: 'wh',
      aliases: [],
      displayName: '',
      kind: 'sql',
      connection: 5,
      limits: {},
      enabled: true,
      users: [{ name: 'everyone' }],
    })
  })

  it('are removed after it was said what that opens', async () => {
    const { calls, user } = showPage({ 'DELETE /admin/interpreters/3': done })
    await user.click(await screen.findByRole('button', { name: 'Actions for %gpu' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Remove…' }))
    const dialog = await screen.findByRole('dialog')
    within(dialog).getByText(/offered to everyone again/)
    await user.click(within(dialog).getByRole('button', { name: 'Remove' }))
    await waitFor(() => expect(sent(calls, 'DELETE')).toBeTruthy())
  })
})

describe('connections', () => {
  const at = '/interpreters?tab=connections'

  it('keep a password that is not written anew', async () => {
    const { calls, user } = showPage({ 'PUT /admin/connections/5': warehouse }, at)
    await user.click(await screen.findByRole('button', { name: 'Actions for warehouse' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Change…' }))
    await user.type(screen.getByRole('combobox', { name: 'People and groups' }), 'bob,')
    await expectAccessible()
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(sent(calls, 'PUT')).toBeTruthy())
    expect(sent(calls, 'PUT')?.body).toEqual({
      name: 'warehouse',
      driver: 'postgres',
      host: 'db',
      database: 'sales',
      username: 'reader',
      readOnly: true,
      options: { tls: 'require' },
      users: [{ id: 12 }],
    })
  })

  it('are tested', async () => {
    const { user } = showPage({ 'POST /admin/connections/5/test': { version: 'PostgreSQL 15.4' } }, at)
    await user.click(await screen.findByRole('button', { name: 'Actions for warehouse' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Test' }))
    await screen.findByText('“warehouse” answers: PostgreSQL 15.4')
  })

  it('to a file ask for no server', async () => {
    const { calls, user } = showPage({ 'POST /admin/connections': warehouse }, at)
    await user.click(await screen.findByRole('button', { name: 'New connection' }))
    await user.type(screen.getByLabelText('Name'), 'file')
    await user.selectOptions(screen.getByLabelText('Database system'), 'sqlite')
    expect(screen.queryByLabelText('Host')).toBeNull()
    await user.type(screen.getByLabelText('File'), 'a.db')
    await user.click(screen.getByRole('button', { name: 'Create' }))
    await waitFor(() => expect(sent(calls, 'POST')).toBeTruthy())
    expect(sent(calls, 'POST')?.body).toEqual({
      name: 'file',
      driver: 'sqlite',
      database: 'a.db',
      readOnly: false,
      options: {},
      users: [],
    })
  })
})

it('adds gateways, whose tokens are not shown', async () => {
  const { calls, user } = showPage({ 'POST /admin/gateways': {} }, '/interpreters?tab=gateways')
  await screen.findByText('https://hub · with a token')
  await user.click(screen.getByRole('button', { name: 'New gateway' }))
  await user.type(screen.getByLabelText('Name'), 'far')
  await user.type(screen.getByLabelText('Address'), 'https://far.example')
  await user.type(screen.getByLabelText('Token (optional)'), 't')
  await expectAccessible()
  await user.click(screen.getByRole('button', { name: 'Create' }))
  await waitFor(() => expect(sent(calls, 'POST')).toBeTruthy())
  expect(sent(calls, 'POST')?.body).toEqual({ name: 'far', url: 'https://far.example', token: 't' })
})

it('is for administrators', () => {
  fakeApi({})
  show(<InterpretersPage />, { me: { ...ana, admin: false }, at: '/interpreters' })
  screen.getByText('There is nothing here that you may read')
})
