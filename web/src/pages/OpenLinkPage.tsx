import { useCallback, useEffect, useState } from 'react'
import { ApiError, api } from '../api/client'
import type { LinkTarget } from '../api/sharing'
import { Link, navigate } from '../app/router'
import { loadMe, setMe } from '../app/session'
import { hrefOf } from '../tree/address'
import { Button } from '../ui/Button'
import { ErrorNotice, messageOf } from './ErrorNotice'
import { OpenLayout, OpenWaiting } from './OpenLayout'
import { forgetLink, useLinkSecret } from './secret'
import { useLoad } from './useLoad'
import { useSubmit } from './useSubmit'

/** Opens a link that somebody was sent: with one's account, or as a guest if it lets in anyone. */
export function OpenLinkPage() {
  const secret = useLinkSecret()
  return secret ? <Opening key={secret} secret={secret} /> : <DeadLink />
}

function Opening({ secret }: { secret: string }) {
  const open = useCallback(
    async (signal: AbortSignal) => {
      const me = await whoIsIt()
      if (!me || me.guest) return 'nobody' as const
      const target = await api.post<LinkTarget>('/links/open', { secret }, { anonymous: true, signal })
      if (!signal.aborted) goTo(target)
      return 'opened' as const
    },
    [secret],
  )
  const { data, error, reload } = useLoad(open)
  if (isDead(error)) return <DeadLink />
  if (data === 'nobody') return <WithoutAccount secret={secret} />
  if (error === undefined) return <OpenWaiting />
  return (
    <OpenLayout title="The link could not be opened" lead={messageOf(error)}>
      <Button kind="primary" onClick={reload}>
        Try again
      </Button>
    </OpenLayout>
  )
}

const isDead = (e: unknown) => e instanceof ApiError && e.code === 'not_found'

async function whoIsIt() {
  try {
    return await loadMe({ anonymous: true })
  } catch (e) {
    if (e instanceof ApiError && e.status === 401) return undefined
    throw e
  }
}

function goTo({ node }: LinkTarget) {
  forgetLink()
  navigate(hrefOf(node), { replace: true })
}

function WithoutAccount({ secret }: { secret: string }) {
  const [closed, setClosed] = useState(false)
  const { busy, error, submit } = useSubmit(async () => {
    try {
      const target = await api.post<LinkTarget>('/session/guest', { secret }, { anonymous: true })
      setMe(null) // somebody else from now on: asked for by the page it leads to
      goTo(target)
    } catch (e) {
      if (!isDead(e)) throw e
      setClosed(true)
      throw new Error(
        'Without an account it does not open: it is for those who sign in, or it works no more.',
        { cause: e },
      )
    }
  })
  return (
    <OpenLayout
      title="Somebody shares something with you"
      lead="Sign in to open it with your account: then you find it again among your notes."
      footer="If the link lets in anyone, you can look at it as a guest, for twelve hours."
    >
      <Button kind="primary" onClick={() => navigate('/sign-in?next=/l', { replace: true })}>
        Sign in and open it
      </Button>
      <form onSubmit={submit}>
        {error !== undefined && <ErrorNotice error={error} />}
        <Button type="submit" busy={busy} disabled={closed}>
          Open without an account
        </Button>
      </form>
    </OpenLayout>
  )
}

function DeadLink() {
  useEffect(forgetLink, [])
  return (
    <OpenLayout
      title="This link does not work"
      lead="It was revoked, has ended, or is not whole: the address is long, and mail programs cut it."
      footer={<Link href="/">Go to Quire</Link>}
    >
      <p>Ask whoever sent it for a new one.</p>
    </OpenLayout>
  )
}
