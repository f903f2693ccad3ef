import { api } from '../api/client'
import { navigate } from '../app/router'
import { setMe } from '../app/session'

/**
 * Signs out and shows the sign-in page; `next` is where signing in again leads. The
 * page changes first: with nobody signed in, the one before would ask who it is.
 */
export async function leave(next?: string) {
  await api.delete('/session', { anonymous: true }).catch((e: unknown) => {
    if (!(e instanceof Error && 'status' in e && e.status === 401)) throw e // 401: out already
  })
  navigate(next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in?out=1', { replace: true })
  setMe(null)
}
