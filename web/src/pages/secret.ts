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
