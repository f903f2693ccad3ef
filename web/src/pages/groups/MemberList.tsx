import { useState } from 'react'
import type { Group, Member } from '../../api/types'
import { foldName } from '../../share/names'
import { nameOf, PrincipalName } from '../../share/PrincipalName'
import { Button } from '../../ui/Button'
import { IconButton } from '../../ui/IconButton'
import { MoreIcon, SearchIcon } from '../../ui/icons'
import { Menu, MenuItem, MenuSeparator } from '../../ui/Menu'
import { TextField } from '../../ui/TextField'
import page from '../Page.module.css'
import styles from './MemberList.module.css'

const step = 20

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Leaders first, then groups, then by name with numbers by value. */
function compareMembers(a: Member, b: Member): number {
  const rank = (m: Member) => (m.leads ? 0 : m.kind === 'group' ? 1 : 2)
  return rank(a) - rank(b) || collator.compare(nameOf(a), nameOf(b))
}

interface MemberListProps {
  group: Group
  onLeads: (member: Member, leads: boolean) => void
  onTakeOut: (member: Member) => void
}

/** Who is in a group, leaders first; of many a part, and a field that finds the others. */
export function MemberList({ group, onLeads, onTakeOut }: MemberListProps) {
  const [query, setQuery] = useState('')
  const [most, setMost] = useState(step)
  const { members } = group
  if (members.length === 0) return <p className={page.muted}>Nobody is in it yet.</p>
  const wanted = foldName(query.trim())
  const found = members
    .filter((m) => foldName(`${m.name} ${m.displayName ?? ''}`).includes(wanted))
    .sort(compareMembers)
  const rest = found.length - most
  return (
    <>
      {members.length > step && (
        <TextField
          label={`Look for a member of ${group.name}`}
          hideLabel
          type="search"
          placeholder={`Look among ${members.length.toLocaleString()} members`}
          autoComplete="off"
          icon={<SearchIcon />}
          value={query}
          onChange={(e) => setQuery(e.target.value)}
        />
      )}
      <ul className={styles.list} aria-label={`Members of ${group.name}`}>
        {found.slice(0, most).map((m) => (
          <li key={m.id} className={styles.member}>
            <PrincipalName principal={m} />
            {m.leads && (
              <span className={page.tag} data-tone="accent">
                Leads
              </span>
            )}
            <MemberMenu group={group} member={m} onLeads={onLeads} onTakeOut={onTakeOut} />
          </li>
        ))}
      </ul>
      {found.length === 0 && (
        <p className={page.muted} role="status">
          No member is called so.
        </p>
      )}
      {rest > 0 && (
        <div>
          <Button onClick={() => setMost(most + 5 * step)}>
            {rest > 5 * step ? `Show ${5 * step} more of ${rest.toLocaleString()}` : `Show ${rest} more`}
          </Button>
        </div>
      )}
    </>
  )
}

function MemberMenu({ group, member, onLeads, onTakeOut }: MemberListProps & { member: Member }) {
  const shown = nameOf(member)
  return (
    <Menu
      trigger={
        <IconButton label={`Actions for ${shown} in ${group.name}`}>
          <MoreIcon />
        </IconButton>
      }
    >
      {member.kind === 'user' && (
        <MenuItem onSelect={() => onLeads(member, !member.leads)}>
          {member.leads ? 'Lead no more' : 'Let lead the group'}
        </MenuItem>
      )}
      {member.kind === 'user' && <MenuSeparator />}
      <MenuItem danger onSelect={() => onTakeOut(member)}>
        Take out of {group.name}
      </MenuItem>
    </Menu>
  )
}
