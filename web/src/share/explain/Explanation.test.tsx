import { render, screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { AccessAnswer, AccessPath } from '../../api/sharing'
import { expectAccessible } from '../../testing/components'
import { Explanation } from './Explanation'
import { pathText } from './words'

const since = '2026-01-01T00:00:00Z'
const analysts = { id: 21, kind: 'group' as const, name: 'analysts' }

const path = (change: Partial<AccessPath> = {}): AccessPath => ({
  kind: 'grant',
  role: 'reader',
  principal: { id: 12, kind: 'user', name: 'bob' },
  groupChain: [],
  node: { id: 'n1', name: 'Churn' },
  folderDepth: 0,
  ...change,
})

const answer = (change: Partial<AccessAnswer> = {}): AccessAnswer => ({
  person: { id: 12, kind: 'user', name: 'bob' },
  action: 'read',
  allowed: true,
  actions: ['read', 'run'],
  at: since,
  paths: [path()],
  more: 0,
  caps: [],
  ignored: [],
  hidden: 0,
  smallest: null,
  unsure: [],
  sentence: 'bob may read “Churn”: in 1 way.',
  ...change,
})

it('says by which groups and folders access comes about', () => {
  expect(pathText(path())).toBe('Can read by bob here')
  const folder = { node: { id: 'f1', name: 'Finance' }, folderDepth: 2 }
  expect(pathText(path({ principal: analysts, groupChain: [{ ...analysts, since }], ...folder }))).toBe(
    'Can read by group analysts on the folder “Finance”',
  )
  const chain = [
    { id: 20, kind: 'group' as const, name: 'emea', since },
    { ...analysts, since },
  ]
  expect(pathText(path({ principal: analysts, groupChain: chain, ...folder }))).toBe(
    'Can read by group analysts on the folder “Finance”, through emea',
  )
})

it('does not name what one may not see', () => {
  const hidden = [
    { hidden: true, since },
    { ...analysts, since },
  ]
  expect(pathText(path({ principal: analysts, groupChain: hidden, node: null, folderDepth: 1 }))).toBe(
    'Can read by group analysts on a folder you may not see, through a group you may not see',
  )
})

it('tells ways, caps, what does not count and why, and the smallest change', async () => {
  const limit = {
    id: 1,
    group: analysts,
    groupChain: [],
    node: null,
    actions: ['read' as const],
    forbids: false,
    since,
    reason: 'audit',
  }
  const ended = path({ role: 'writer', why: 'ended', endsAt: since })
  const smallest = { words: 'Take reader of bob back.', changes: [], exact: true }
  render(<Explanation answer={answer({ caps: [limit], ignored: [ended], smallest, hidden: 2, more: 3 })} />)
  expect(screen.getByText('In all: read and run.')).toBeTruthy()
  const part = (name: string) => within(screen.getByRole('region', { name }))
  expect(part('Because of this').getByText(/Can read by bob here/)).toBeTruthy()
  expect(part('Limited by').getByText(/analysts: no more than read everywhere/)).toBeTruthy()
  expect(part('Does not count').getByText('Ended:')).toBeTruthy()
  expect(part('What would end it').getByText('Take reader of bob back.')).toBeTruthy()
  expect(screen.getByText('2 of these name something that you may not see.')).toBeTruthy()
  expect(screen.getByText('and 3 more ways')).toBeTruthy()
  await expectAccessible()
})

it('says what would allow it, and what is not sure about a past day', () => {
  const smallest = { words: 'Make bob reader here.', changes: [], exact: true }
  render(
    <Explanation answer={answer({ allowed: false, paths: [], actions: [], smallest, unsure: ['moved'] })} />,
  )
  expect(screen.getByRole('region', { name: 'What would allow it' })).toBeTruthy()
  expect(screen.getByText('In all: nothing.')).toBeTruthy()
  expect(screen.getByText(/because of what changed since: moved/)).toBeTruthy()
})
