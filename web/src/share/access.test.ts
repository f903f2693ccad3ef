import { describe, expect, it } from 'vitest'
import type { Grants, Me, Principal } from '../api/types'
import {
  draftOf,
  type Entry,
  entriesOf,
  everyone,
  give,
  hasOwner,
  highest,
  holders,
  keepsManaging,
  keptOf,
  reachOf,
  reachText,
  roleOf,
  sameEntries,
  toChange,
  widening,
  without,
} from './access'
import { type Merged, mergeDrafts } from './merge'

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

describe('the dialog and the grants', () => {
  const grants: Grants = {
    version: 4,
    inherits: true,
    grants: [
      { principal: ana, role: 'owner', at: '2026-01-01T00:00:00Z' },
      { principal: everyone, role: 'reader', at: '2026-01-01T00:00:00Z' },
      { principal: bob, role: 'writer', at: '2026-01-01T00:00:00Z', endsAt: '2027-01-01T00:00:00Z' },
      { principal: { id: 30, kind: 'link', name: 'link' }, role: 'reader', at: '2026-01-01T00:00:00Z' },
    ],
    inherited: [],
    allowed: ['manage'],
  }

  it('edits undated grants and leaves dated ones and links alone', () => {
    expect(entriesOf(grants)).toEqual([entry(ana, 'owner'), entry(everyone, 'reader')])
    expect(keptOf(grants).map((g) => g.principal.name)).toEqual(['bob', 'link'])
  })

  it('sends ids, and everyone by name', () => {
    expect(toChange(grants, draftOf(grants))).toEqual({
      version: 4,
      inherits: true,
      grants: [
        { principal: { id: 11 }, role: 'owner' },
        { principal: { name: 'everyone' }, role: 'reader' },
      ],
    })
  })

  it('gives one role in place of another', () => {
    const list = give([entry(bob, 'owner'), entry(bob, 'reader')], user(12, 'Bob'), 'runner')
    expect(list.map((e) => e.role)).toEqual(['runner'])
  })

  it('takes access away with the last chip, without opening the note', () => {
    const list = without([entry(everyone, 'reader')], everyone)
    expect(list).toEqual([])
    expect(reachOf(me, [])).toEqual({ kind: 'me' })
  })

  it('shows a principal once, with the role that counts', () => {
    expect(highest([entry(bob, 'reader'), entry(bob, 'writer')])).toEqual([entry(bob, 'writer')])
    expect(roleOf([entry(bob, 'reader'), entry(bob, 'writer')], bob)).toBe('writer')
  })

  it('lists everyone first, then groups, then people', () => {
    const list = [rita, bob, team, everyone].map((p) => entry(p, 'reader'))
    expect(holders(list, 'reader').map((p) => p.name)).toEqual(['everyone', 'team', 'bob', 'rita'])
  })

  it('knows equal lists in any order', () => {
    expect(
      sameEntries([entry(ana, 'owner'), entry(bob, 'reader')], [entry(bob, 'reader'), entry(ana, 'owner')]),
    ).toBe(true)
    expect(sameEntries([entry(ana, 'owner')], [entry(ana, 'writer')])).toBe(false)
  })
})

describe('widening to everyone', () => {
  it('is asked about when new or raised, not when lowered', () => {
    expect(widening([], [entry(everyone, 'reader')])).toBe('reader')
    expect(widening([entry(everyone, 'reader')], [entry(everyone, 'writer')])).toBe('writer')
    expect(widening([entry(everyone, 'writer')], [entry(everyone, 'reader')])).toBeUndefined()
    expect(widening([entry(everyone, 'reader')], [])).toBeUndefined()
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

describe('reach', () => {
  it('counts others, each once', () => {
    expect(reachText(reachOf(me, [ana]))).toBe('Only you')
    expect(reachText(reachOf(me, [ana, bob, bob, team]))).toBe('Shared with 2')
    expect(reachText(reachOf(me, [ana, everyone]))).toBe('Everyone who signs in')
  })
})

describe('mergeDrafts', () => {
  const base = [entry(ana, 'owner'), entry(bob, 'reader')]
  const merge = (mine: Entry[], theirs: Entry[]): Merged => {
    const draft = (entries: Entry[]) => ({ entries, inherits: true })
    return mergeDrafts(draft(base), draft(mine), draft(theirs))
  }
  const names = (merged: Merged) => merged.draft.entries.map((e) => e.principal.name)

  it('keeps my edit and takes theirs', () => {
    const merged = merge(give(base, rita, 'runner'), give(base, bob, 'writer'))
    expect(merged.draft.entries).toEqual([entry(ana, 'owner'), entry(bob, 'writer'), entry(rita, 'runner')])
    expect(merged.theirs).toEqual([bob])
    expect(merged.both).toEqual([])
  })

  it('does not bring back whom they removed', () => {
    expect(names(merge(give(base, rita, 'reader'), without(base, bob)))).toEqual(['ana', 'rita'])
  })

  it('removes whom I removed although they added others', () => {
    expect(names(merge(without(base, bob), give(base, rita, 'reader')))).toEqual(['ana', 'rita'])
  })

  it('lets my edit stand where both changed one name, and tells', () => {
    const merged = merge(give(base, bob, 'owner'), give(base, bob, 'writer'))
    expect(merged.draft.entries).toEqual([entry(ana, 'owner'), entry(bob, 'owner')])
    expect(merged.both).toEqual([bob])
  })

  it('is no clash when both did the same', () => {
    const same = give(base, bob, 'writer')
    expect(merge(same, same).both).toEqual([])
  })

  it('keeps the node closed or open as the last one who said so', () => {
    const draft = (inherits: boolean) => ({ entries: base, inherits })
    expect(mergeDrafts(draft(true), draft(true), draft(false)).draft.inherits).toBe(false)
    expect(mergeDrafts(draft(true), draft(false), draft(true)).draft.inherits).toBe(false)
  })
})
