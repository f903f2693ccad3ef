import { screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { showInNote } from '../../testing/openNote'
import type { Run } from '../../wire/types'
import { textOf } from '../replica/state'
import { RunFooter } from './RunFooter'

const at = '2026-01-01T10:00:00Z'
const run: Run = {
  id: 'r1',
  paragraph: 'p1',
  by: { id: 12, name: 'bob' },
  version: 0,
  state: 'done',
  queuedAt: at,
  sentAt: at,
  endedAt: '2026-01-01T10:00:02Z',
}
const paragraph = { id: 'p1', title: '', text: textOf(''), version: 0, settings: {} }

function footer(of: Partial<Run>, version = 0) {
  showInNote(<RunFooter paragraph={{ ...paragraph, version }} run={{ ...run, ...of }} />)
  return screen.queryByRole('contentinfo')?.textContent ?? document.querySelector('footer')?.textContent
}

describe('below a result', () => {
  it('stands who ran it and how long it took', () => {
    expect(footer({})).toMatch(/^Took 2\.0 s, .* by bob$/)
  })

  it.each([
    ['a file', { imported: true }, 'Imported result'],
    ['a copy', { imported: true, copied: true }, 'Result copied with the note'],
  ])('stands that it came with %s, and never that the code has changed since', (_, of, words) => {
    expect(footer(of, 3)).toBe(words)
  })

  it('stands that the code has changed since', () => {
    expect(footer({}, 3)).toContain('code changed since')
  })

  it('stands nothing while it runs', () => {
    expect(footer({ state: 'sent', endedAt: undefined })).toBeUndefined()
  })
})
