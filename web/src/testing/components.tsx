// For tests of components: shows them, and checks what a person would run into.
import { cleanup, configure, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import axe from 'axe-core'
import type { ReactNode } from 'react'
import { afterEach, expect, vi } from 'vitest'
import type { Me } from '../api/types'
import { navigate } from '../app/router'
import { setMe } from '../app/session'
import { Toasts } from '../ui/Toast'

// A busy machine needs longer than the defaults of one and five seconds.
configure({ asyncUtilTimeout: 15_000 })
vi.setConfig({ testTimeout: 60_000 })

// jsdom lays nothing out; these say so to what asks.
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
)
Element.prototype.scrollIntoView = () => {}
Element.prototype.hasPointerCapture = () => false
Element.prototype.releasePointerCapture = () => {}

export const ana: Me = {
  id: 11,
  name: 'ana',
  displayName: 'Ana Ribeiro',
  admin: true,
  groups: [{ id: 20, name: 'team' }],
  newNotes: 'everyone',
  signIn: 's1',
}

/** Shows a component as somebody signed in (null: nobody) at an address. */
export function show(element: ReactNode, options: { me?: Me | null; at?: string } = {}) {
  const { me = ana, at = '/' } = options
  setMe(me)
  navigate(at, { replace: true })
  const shown = render(
    <>
      {element}
      <Toasts />
    </>,
  )
  return { ...shown, user: userEvent.setup() }
}

afterEach(() => {
  // Messages outlive the page that said them.
  for (const close of screen.queryAllByLabelText('Close message')) fireEvent.click(close)
  cleanup()
  localStorage.clear()
})

/** Fails on what axe finds in the page; colours need a real browser. */
export async function expectAccessible() {
  const { violations } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  })
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`)).toEqual([])
}
