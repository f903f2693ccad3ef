import { describe, expect, it } from 'vitest'
import type { Node } from '../api/types'
import { destinationOf, foretell } from './newNote'

const folder = (id: string, name: string, more: Partial<Node> = {}): Node => ({
  id,
  kind: 'folder',
  name,
  allowed: ['read', 'write'],
  shared: 'some',
  changedAt: '',
  ...more,
})
const list = [folder('t', 'team'), folder('q', 'q3', { parent: 't', closed: true, shared: 'me' })]
const nodes = new Map(list.map((n) => [n.id, n]))

describe('where a new note will be', () => {
  it('is the folder that its name leads to', () => {
    expect(destinationOf(nodes, null, 'plan')).toEqual({ folder: undefined, made: [] })
    expect(destinationOf(nodes, null, 'team / q3 / plan').folder?.id).toBe('q')
    expect(destinationOf(nodes, 't', 'q3/new/plan')).toEqual({ folder: nodes.get('q'), made: ['new'] })
    expect(destinationOf(nodes, null, 'q3/plan'), 'q3 is not at the top').toEqual({
      folder: undefined,
      made: ['q3'],
    })
  })
})

describe('who will see a new note', () => {
  const told = (audience: 'everyone' | 'me' | 'folder', name: string, within?: Node) =>
    foretell({ nodes, place: destinationOf(nodes, null, name), audience, within })

  it('is nobody else, or everybody, at the top', () => {
    expect(told('me', 'plan')).toEqual({
      shared: 'me',
      words: 'It will be at the top level, under “Only me”: nobody else sees it.',
    })
    expect(told('everyone', 'new/plan').words).toBe(
      'It will be in “new”, under “Public”: everyone who signs in can read, run and change it.',
    )
  })

  it('is whoever has access to the folder, unless the note is closed', () => {
    const within = { ...folder('t', 'team'), sharedWith: 3 }
    expect(told('folder', 'team/plan', within).words).toBe(
      'It will be in “team”, under “Shared”: 3 others, each with the access they have to the folder.',
    )
    expect(told('me', 'team/plan', within).words).toMatch(/nobody else sees it. It will be closed/)
    expect(told('folder', 'team/q3/plan').words).toMatch(/“Only me”.*The folder is closed/)
  })
})
