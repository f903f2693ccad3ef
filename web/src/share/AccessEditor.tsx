// The lock for owners: add people, change and take away roles, save. Nothing counts
// before it is saved.
import { useState } from 'react'
import type { Grants, Me, Node } from '../api/types'
import { ErrorNotice } from '../pages/ErrorNotice'
import { currentTree } from '../tree/store'
import { Banner } from '../ui/Banner'
import { CheckField } from '../ui/CheckField'
import { Dialog } from '../ui/Dialog'
import { Segmented } from '../ui/Segmented'
import { toast } from '../ui/Toast'
import styles from './Access.module.css'
import { AccessFooter } from './AccessFooter'
import { AccessRows } from './AccessRows'
import { AddPeople } from './AddPeople'
import { type Entry, keepsManaging, keptOf } from './access'
import { InheritedList, KeptList } from './GivenElsewhere'
import type { Merged } from './merge'
import { nameOf } from './PrincipalName'
import { ReachLine } from './ReachLine'
import { RoleLists } from './RoleLists'
import { RoleTable } from './RoleTable'
import { useSharing } from './useSharing'

export interface AccessEditorProps {
  node: string
  name: string
  kind: Node['kind']
  me: Me
  grants: Grants
  onClose: () => void
}

export function AccessEditor({ node, name, kind, me, grants: first, onClose }: AccessEditorProps) {
  const onSaved = () => {
    toast(`Who has access to “${name}” is saved.`)
    onClose()
  }
  const sharing = useSharing({ node, kind, first, onSaved, onClose })
  const { grants, draft, wanted, inherited } = sharing
  const inFolder = currentTree().nodes?.get(node)?.parent !== undefined
  const leaving = !keepsManaging(me, wanted.entries, inherited)
  const onEntries = (entries: Entry[]) => sharing.edit({ ...draft, entries })
  return (
    <Dialog
      open
      wide
      onOpenChange={sharing.tryClose}
      title={`Share “${name}”`}
      description={<ReachLine me={me} grants={[...wanted.entries, ...keptOf(grants), ...inherited]} />}
      actions={<AccessFooter {...sharing} kind={kind} onDiscard={onClose} />}
    >
      <div className={styles.editor}>
        {sharing.merged && <MergedNotice {...sharing.merged} />}
        <AddPeople
          people={sharing.adding}
          role={sharing.role}
          onRole={sharing.setRole}
          onAdd={sharing.add}
          entries={draft.entries}
        />
        <WhoHasAccess entries={draft.entries} me={me} onChange={onEntries} />
        <KeptList grants={keptOf(grants)} me={me} />
        <InheritedList grants={inherited} me={me} />
        {(inFolder || grants.inherited.length > 0 || !grants.inherits) && (
          <CheckField
            label="Access to folders above counts here"
            hint={`Without it the ${kind} is closed: only the names listed for itself have access.`}
            checked={draft.inherits}
            onChange={(inherits) => sharing.edit({ ...draft, inherits })}
          />
        )}
        <RoleTable />
        {leaving && (
          <Banner kind="warn">After saving you can no longer change who has access: you are no owner.</Banner>
        )}
        {sharing.problem && <Banner kind="error">{sharing.problem}</Banner>}
        {sharing.error !== undefined && <ErrorNotice error={sharing.error} />}
      </div>
    </Dialog>
  )
}

interface WhoHasAccessProps {
  entries: Entry[]
  me: Me
  onChange: (entries: Entry[]) => void
}

const views = [
  { value: 'people', label: 'People' },
  { value: 'lists', label: 'Four lists' },
] as const

function WhoHasAccess({ entries, me, onChange }: WhoHasAccessProps) {
  const [view, setView] = useState<(typeof views)[number]['value']>('people')
  return (
    <>
      <div className={styles.views}>
        <h3 className={styles.heading}>Who has access</h3>
        <Segmented label="Show as" value={view} options={views} onChange={setView} />
      </div>
      {view === 'people' ? (
        <AccessRows entries={entries} me={me} onChange={onChange} />
      ) : (
        <RoleLists entries={entries} onChange={onChange} />
      )}
    </>
  )
}

/** Tells that somebody else was faster, and what became of both one's changes. */
function MergedNotice({ theirs, both }: Merged) {
  if (theirs.length === 0) return null
  const names = (list: Merged['both']) => list.map(nameOf).join(', ')
  return (
    <Banner kind="warn">
      Somebody else changed the access of {names(theirs)} meanwhile. Your changes were kept on top of theirs
      {both.length > 0 && `, also for ${names(both)}`}. Look at the list, then save again.
    </Banner>
  )
}
