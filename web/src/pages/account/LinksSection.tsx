import { useState } from 'react'
import { api } from '../../api/client'
import type { HeldLink } from '../../api/sharing'
import { Link } from '../../app/router'
import { useReturnFocus } from '../../share/useReturnFocus'
import { hrefOf } from '../../tree/address'
import { useTree } from '../../tree/store'
import { Button } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { LinkIcon } from '../../ui/icons'
import { Skeleton } from '../../ui/Skeleton'
import { toast, toastError } from '../../ui/Toast'
import { ErrorNotice } from '../ErrorNotice'
import page from '../Page.module.css'
import { Section } from '../Section'
import { useLoad } from '../useLoad'
import { When } from '../When'

const loadLinks = (signal: AbortSignal) => api.get<{ links: HeldLink[] }>('/me/links', { signal })

const roleText = { reader: 'read', runner: 'read and run' }

/** The links one has opened, which give access until one lets go of them. */
export function LinksSection() {
  const { data, error, reload } = useLoad(loadLinks)
  const [leaving, setLeaving] = useState<HeldLink | null>(null)
  useReturnFocus(leaving !== null)
  const letGo = async (link: HeldLink) => {
    await api.delete(`/me/links/${link.id}`)
    toast(`You have let go of the link ${nameOf(link)}.`)
    reload()
  }
  return (
    <Section
      title="Links you hold"
      lead="You opened these. They give you access until they end or you let go."
    >
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {!data && error === undefined && <Skeleton rows={1} height={48} label="Loading links" />}
      {data?.links.length === 0 && <p className={page.muted}>None.</p>}
      {data && data.links.length > 0 && (
        <ul className={page.list} aria-label="Links you hold">
          {data.links.map((link) => (
            <li key={link.id} className={page.item}>
              <LinkIcon />
              <div className={page.main}>
                <div className={page.name}>
                  <Target link={link} />
                </div>
                <div className={page.small}>
                  {link.label && `“${link.label}” · `}
                  {roleText[link.role]}
                  {link.endsAt && (
                    <>
                      {' '}
                      · ends <When time={link.endsAt} />
                    </>
                  )}
                </div>
              </div>
              <Button aria-label={`Let go of the link ${nameOf(link)}`} onClick={() => setLeaving(link)}>
                Let go
              </Button>
            </li>
          ))}
        </ul>
      )}
      <ConfirmDialog
        open={leaving !== null}
        onOpenChange={() => setLeaving(null)}
        title="Let go of this link?"
        confirm="Let go"
        danger
        onConfirm={() => leaving && letGo(leaving).catch(toastError)}
      >
        You lose what only the link gives you. To have it again you need its address.
      </ConfirmDialog>
    </Section>
  )
}

/** Where it leads. */
function Target({ link: { node } }: { link: HeldLink }) {
  const known = useTree().nodes?.get(node.id)
  return known ? <Link href={hrefOf(known)}>{known.name}</Link> : (node.name ?? 'A note or folder')
}

const nameOf = (link: HeldLink) => `“${link.label || link.node.name || 'a note'}”`
