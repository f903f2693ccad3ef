// Secrets that come by a link stand in the address's fragment: browsers send it to
// nobody, and it is taken out of the address bar as soon as it is read.
import { useEffect, useState } from 'react'
import { navigate, usePlace } from '../app/router'

/** The secret the page was opened with, or '' for none. Pasting another link replaces it. */
export function useSecret(): string {
  const { path, hash } = usePlace()
  const [secret, setSecret] = useState(hash.slice(1))
  useEffect(() => {
    if (!hash) return
    setSecret(hash.slice(1))
    navigate(path, { replace: true })
  }, [path, hash])
  return secret
}

const kept = 'quire:link'

/**
 * The secret of a link to a note, or '' for none. This tab keeps it until the link was
 * opened, so that it is still there after signing in; no address ever has it again.
 */
export function useLinkSecret(): string {
  const given = useSecret()
  const [secret, setSecret] = useState(() => given || sessionStorage.getItem(kept) || '')
  useEffect(() => {
    if (!given) return
    sessionStorage.setItem(kept, given)
    setSecret(given)
  }, [given])
  return secret
}

/** Forgets the link that was opened, or that does not work. */
export function forgetLink() {
  sessionStorage.removeItem(kept)
}
