import { describe, expect, it } from 'vitest'
import type { Grants, Me, Principal } from '../api/types'
import {
  changedBetween,
  draftOf,
  type Entry,
  entriesOf,
  everyone,
  give,
  hasOwner,
  highest,
  holders,
  keepsManaging,
  linksOf,
  raised,
  replace,
  roleOf,
  sameEntries,
  toChange,
  without,
} from './access'

const user = (id: number, name: string): Principal => ({ id, kind: 'user', name })
const ana = user(11, 'ana')
const bob = user(12, 'bob')
const rita = user(13, 'rita')
const team: Principal = { id: 20, kind: 'group', name: 'team' }
const me: Me = {
  id: 11,
  name: 'ana',
  displayName: 'Ana',
  admin: false,
  groups: [{ id: 20, name: 'team' }],
  newNotes: 'everyone',
  signIn: 's',
}
const entry = (principal: Principal, role: Entry['role']): Entry => ({ principal, role })

const endsAt = '2027-01-01T00:00:00Z'

describe('the dialog and the grants', () => {
  const grants: Grants = {
    version: 4,
    closed: false,
    grants: [
      { principal: ana, role: 'owner', at: '2026-01-01T00:00:00Z' },
      { principal: everyone, role: 'reader', at: '2026-01-01T00:00:00Z' },
      { principal: bob, role: 'writer', at: '2026-01-01T00:00:00Z', endsAt },
      { principal: { id: 30, kind: 'link', name: 'link' }, role: 'reader', at: '2026-01-01T00:00:00Z' },
    ],
    inherited: [],
    allowed: ['manage'],
  }

  it('edits grants of people, groups and everyone, dated ones too, and leaves links alone', () => {
    expect(entriesOf(grants)).toEqual([
      entry(ana, 'owner'),
      entry(everyone, 'reader'),
      { ...entry(bob, 'writer'), endsAt },
    ])
    expect(linksOf(grants).map((g) => g.principal.name)).toEqual(['link'])
  })
  it('sends ids, everyone by name, and dates only where there are any', () => {
    expect(toChange(grants, draftOf(grants), Date.parse('2026-06-01T00:00:00Z'))).toEqual({
      version: 4,
      dated: true,
      closed: false,
      grants: [
        { principal: { id: 11 }, role: 'owner' },
        { principal: { name: 'everyone' }, role: 'reader' },
        { principal: { id: 12 }, role: 'writer', endsAt },
      ],
    })
  })
  it('does not send what has ended since: it would be refused', () => {
    const sent = toChange(grants, draftOf(grants), Date.parse(endsAt))
    expect(sent.grants.map((g) => g.role)).toEqual(['owner', 'reader'])
  })
  it('gives one role in place of another', () => {
    const list = give([entry(bob, 'owner'), entry(bob, 'reader')], user(12, 'Bob'), 'runner')
    expect(list.map((e) => e.role)).toEqual(['runner'])
  })

  it('takes access away with the last chip, without opening the note', () => {
    const list = without([entry(everyone, 'reader')], everyone)
    expect(list).toEqual([])
  })

  it('shows a principal once, with the role that counts', () => {
    expect(highest([entry(bob, 'reader'), entry(bob, 'writer')])).toEqual([entry(bob, 'writer')])
    expect(roleOf([entry(bob, 'reader'), entry(bob, 'writer')], bob)).toBe('writer')
  })

  it('lists everyone first, then groups, then people', () => {
    const list = [rita, bob, team, everyone].map((p) => entry(p, 'reader'))
    expect(holders(list, 'reader').map((e) => e.principal.name)).toEqual(['everyone', 'team', 'bob', 'rita'])
  })

  it('knows equal lists in any order', () => {
    expect(
      sameEntries([entry(ana, 'owner'), entry(bob, 'reader')], [entry(bob, 'reader'), entry(ana, 'owner')]),
    ).toBe(true)
    expect(sameEntries([entry(ana, 'owner')], [entry(ana, 'writer')])).toBe(false)
  })
})

describe('an entry with dates', () => {
  const dated: Entry = { ...entry(bob, 'writer'), endsAt }
  it('stands beside one without', () => {
    const list = give([dated], bob, 'reader')
    expect(list).toEqual([dated, entry(bob, 'reader')])
    expect(roleOf(list, bob)).toBe('reader')
  })
  it('is changed alone', () => {
    const list = [dated, entry(bob, 'reader')]
    expect(replace(list, dated, { ...dated, role: 'runner' })).toEqual([
      { ...dated, role: 'runner' },
      entry(bob, 'reader'),
    ])
    expect(replace(list, dated)).toEqual([entry(bob, 'reader')])
  })
  it('does not make an owner that a node could do with', () => {
    expect(hasOwner([{ ...entry(ana, 'owner'), endsAt }])).toBe(false)
  })
})

describe('what differs', () => {
  it('names whose access changed, also added and removed', () => {
    const before = [entry(ana, 'owner'), entry(bob, 'reader')]
    const after = [entry(ana, 'owner'), entry(bob, 'writer'), entry(rita, 'runner')]
    expect(changedBetween(before, after)).toEqual([bob, rita])
    expect(changedBetween(before, [entry(ana, 'owner')])).toEqual([bob])
    expect(changedBetween(before, [...before].reverse())).toEqual([])
  })
  it('is more only when new, higher or for longer', () => {
    const one = (role: Entry['role']) => [entry(everyone, role)]
    expect(raised([], one('reader'))).toEqual(one('reader'))
    expect(raised(one('reader'), one('writer'))).toEqual(one('writer'))
    expect(raised(one('writer'), one('reader'))).toEqual([])
    expect(raised([{ ...entry(bob, 'writer'), endsAt }], [entry(bob, 'writer')])).toHaveLength(1)
    expect(raised([entry(bob, 'writer')], [{ ...entry(bob, 'reader'), endsAt }])).toEqual([])
  })
})

describe('owners', () => {
  const above = [{ principal: bob, role: 'owner' as const, at: '' }]

  it('are needed by grants of the node itself', () => {
    expect(hasOwner([entry(ana, 'writer')])).toBe(false)
    expect(hasOwner([entry(ana, 'writer'), entry(team, 'owner')])).toBe(true)
  })

  it('keep managing through a group, everyone or a folder above', () => {
    expect(keepsManaging(me, [entry(team, 'owner')], [])).toBe(true)
    expect(keepsManaging(me, [entry(everyone, 'owner')], [])).toBe(true)
    expect(keepsManaging(me, [entry(ana, 'writer')], above)).toBe(false)
    expect(keepsManaging(me, [], [{ ...above[0], principal: ana, role: 'owner', at: '' }])).toBe(true)
  })
})
