// A router of one page of code: the address is an external store, a link is an
// anchor whose plain click stays in the page.
import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
const changed = () => {
  for (const f of listeners) f()
}

/** Where the browser is: path, search and fragment as in `window.location`. */
export interface Place {
  path: string
  search: string
  hash: string
}

let place: Place = read()

function read(): Place {
  const { pathname, search, hash } = window.location
  return { path: pathname, search, hash }
}

function moved() {
  place = read()
  changed()
}

window.addEventListener('popstate', moved)
window.addEventListener('hashchange', moved)

/** Goes to an address of this application; `replace` leaves no step back. */
export function navigate(to: string, options: { replace?: boolean } = {}) {
  if (options.replace) window.history.replaceState(null, '', to)
  else window.history.pushState(null, '', to)
  moved()
}

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, () => place)
}

function subscribe(f: () => void) {
  listeners.add(f)
  return () => listeners.delete(f)
}

/** `/sign-in?next=` that comes back to where one is now. */
export function signInAddress(): string {
  const here = place.path + place.search
  return here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`
}

/** Only addresses on this site may be gone to after signing in. */
export function safeNext(next: string | null): string {
  if (!next?.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/'
  return next
}

export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const follow = (e: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(e)
    const plain = e.button === 0 && !(e.metaKey || e.ctrlKey || e.shiftKey || e.altKey)
    if (e.defaultPrevented || !plain || rest.target) return
    e.preventDefault()
    navigate(href)
  }
  return <a href={href} onClick={follow} {...rest} />
}
