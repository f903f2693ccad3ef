// The ways access comes about, in words.
import type { AccessPath, AccessStep, Party } from '../../api/sharing'
import { roleWords } from '../roles'

export function partyText(p: Party): string {
  if (p.hidden || !p.name) return 'somebody you may not see'
  if (p.kind === 'everyone') return 'everyone who signs in'
  if (p.kind === 'group') return `group ${p.name}`
  if (p.kind === 'link') return `link “${p.name}”`
  return p.displayName || p.name
}

/** "through EMEA, in Analysts"; empty for no chain. */
export function chainText(chain: AccessStep[]): string {
  if (chain.length === 0) return ''
  return `through ${chain.map((s) => (s.hidden || !s.name ? 'a group you may not see' : s.name)).join(', in ')}`
}

/** "Can read by group Analysts on folder “Finance”, through EMEA, in Analysts". */
export function pathText({ kind, role, principal, groupChain, node, folderDepth }: AccessPath): string {
  if (kind === 'owner role') return `${partyText(principal)} owns everything on this server`
  const where =
    folderDepth === 0 ? 'here' : node ? `on the folder “${node.name}”` : 'on a folder you may not see'
  return [
    `${roleWords[role].can} by ${partyText(principal)} ${where}`,
    chainText(groupChain.filter((s) => s.id !== principal.id)),
  ]
    .filter(Boolean)
    .join(', ')
}

const reasons: Record<string, string> = {
  revoked: 'Taken back',
  ended: 'Ended',
  'not yet': 'Begins later',
  left: 'No member any more',
  'closed above': 'A closed folder is in between',
  'lower than another': 'Lower than another',
  'too low': 'Too low a role',
  'account disabled': 'The account is disabled',
  trashed: 'In the trash',
  capped: 'Limited for a group',
  scope: 'The token may not',
}

export const whyText = (why: string) => reasons[why] ?? why
