import { safeNext } from '../app/router'

const openPages = ['/sign-in', '/setup', '/welcome']

/**
 * Where to go after signing in: the address on this site that `?next=` names. Anything
 * that a browser would read as another site's address, and the pages for people who
 * are not signed in, give the home page.
 */
export function nextAddress(search: string): string {
  const next = safeNext(new URLSearchParams(search).get('next'))
  // Browsers drop tabs and line ends before they read an address, and resolve dots in
  // it: "/\t/evil.org" is another host, and "/..//evil.org" becomes one.
  const url = URL.parse(next, window.location.origin)
  const ours = url?.origin === window.location.origin && !url.pathname.startsWith('//')
  if (!ours || openPages.includes(url.pathname)) return '/'
  return url.pathname + url.search + url.hash
}
