import { expect, it } from 'vitest'
import type { Preview } from '../api/sharing'
import type { Principal } from '../api/types'
import { type Draft, type Entry, everyone } from './access'
import { manyPeople, needsReview, wideningOf } from './review'

const bob: Principal = { id: 12, kind: 'user', name: 'bob' }
const team: Principal = { id: 20, kind: 'group', name: 'team' }
const draft = (...entries: Entry[]): Draft => ({ entries, closed: false })
const reader = (principal: Principal): Entry => ({ principal, role: 'reader' })
const writer = (principal: Principal): Entry => ({ principal, role: 'writer' })

const preview = (gain: number, change: Partial<Preview> = {}): Preview => ({
  gains: [],
  losses: [],
  people: { gain, lose: 0 },
  notes: 1,
  outputs: 0,
  files: 0,
  everyone: '',
  truncated: false,
  sentence: '',
  ...change,
})

it('lets somebody named have a note without further questions', () => {
  expect(wideningOf('note', draft(), draft(writer(bob)))).toBeUndefined()
})

it('asks about everyone when new or raised, not when lowered', () => {
  expect(wideningOf('note', draft(), draft(reader(everyone)))).toBe('everyone')
  expect(wideningOf('note', draft(reader(everyone)), draft(writer(everyone)))).toBe('everyone')
  expect(wideningOf('note', draft(writer(everyone)), draft(reader(everyone)))).toBeUndefined()
  expect(needsReview('everyone', preview(0))).toBe(true)
})

it('asks about groups of many', () => {
  expect(wideningOf('note', draft(), draft(reader(team)))).toBe('group')
  expect(wideningOf('note', draft(writer(team)), draft(reader(team)))).toBeUndefined()
  expect(needsReview('group', preview(manyPeople))).toBe(false)
  expect(needsReview('group', preview(manyPeople + 1))).toBe(true)
  expect(needsReview('group', preview(1, { truncated: true }))).toBe(true)
})

it('asks about folders with more than one note in them', () => {
  expect(wideningOf('folder', draft(), draft(reader(bob)))).toBe('folder')
  expect(needsReview('folder', preview(1))).toBe(false)
  expect(needsReview('folder', preview(1, { notes: 2 }))).toBe(true)
  expect(needsReview('folder', preview(0, { notes: 2 }))).toBe(false)
})

it('always asks before closing and opening', () => {
  expect(wideningOf('note', draft(), { ...draft(), closed: true })).toBe('closing')
  expect(needsReview('closing', preview(0))).toBe(true)
})
