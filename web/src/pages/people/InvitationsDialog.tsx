import { useReturnFocus } from '../../share/useReturnFocus'
import { Banner } from '../../ui/Banner'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import page from '../Page.module.css'
import { SecretPanel } from '../SecretPanel'
import type { Outcome } from './accounts'

/** The links that invite the people of a list, to be copied this once, and who got none. */
export function InvitationsDialog({ outcomes, onClose }: { outcomes: Outcome[]; onClose: () => void }) {
  useReturnFocus(true)
  const links = outcomes.flatMap(({ account, link }) => (link ? [{ account, link }] : []))
  const refused = outcomes.filter((o) => !o.link)
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={links.length === 1 ? '1 person is added' : `${links.length} people are added`}
      actions={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      {refused.length > 0 && (
        <Banner kind="error">
          {refused.length === 1 ? 'One was not added:' : `${refused.length} were not added:`}
          <ul className={page.small}>
            {refused.map(({ account, why }) => (
              <li key={account.name}>
                {account.name}: {why}
              </li>
            ))}
          </ul>
        </Banner>
      )}
      {links.length > 0 && (
        <SecretPanel
          label="Invitations"
          lines
          secret={links.map(({ account, link }) => `${account.name}\t${link.url}`).join('\n')}
          expiresAt={links[0]?.link.expiresAt}
        >
          A name and its link on each line. Send each to its person: whoever opens it first chooses the
          password. Later you can make a new link for each of them, in the list of people.
        </SecretPanel>
      )}
    </Dialog>
  )
}
