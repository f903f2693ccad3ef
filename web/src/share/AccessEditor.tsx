// The lock for owners: add people, change and take away roles, save. Nothing counts
// before it is saved.
import { useState } from 'react'
import type { Grants, Me, Node, Role } from '../api/types'
import { ErrorNotice } from '../pages/ErrorNotice'
import { Banner } from '../ui/Banner'
import { Dialog } from '../ui/Dialog'
import { Segmented } from '../ui/Segmented'
import { toast } from '../ui/Toast'
import styles from './Access.module.css'
import { AccessFooter, type Question } from './AccessFooter'
import { AccessRows } from './AccessRows'
import { AddPeople } from './AddPeople'
import { type Entry, entriesOf, give, hasOwner, keepsManaging, widening } from './access'
import { isSettled, knownOf, useChosen } from './chosen'
import { DatedList, InheritedList } from './GivenElsewhere'
import { nameOf } from './PrincipalName'
import { ReachLine } from './ReachLine'
import { RoleLists } from './RoleLists'
import { RoleTable } from './RoleTable'
import { useAccess } from './useAccess'

export interface AccessEditorProps {
  node: string
  name: string
  kind: Node['kind']
  me: Me
  grants: Grants
  onClose: () => void
}

type View = 'people' | 'lists'

export function AccessEditor({ node, name, kind, me, grants: first, onClose }: AccessEditorProps) {
  const access = useAccess(node, first)
  const { grants, entries, merged, edit } = access
  const [view, setView] = useState<View>('people')
  const [question, setQuestion] = useState<Question>()
  const adding = useChosen()
  const [role, setRole] = useState<Role>('reader')
  const [problem, setProblem] = useState<string>()

  const wanted = withAdded(entries, adding, role)
  const change = (next: Entry[]) => {
    setProblem(undefined)
    setQuestion(undefined)
    edit(next)
  }
  const add = () => {
    change(withAdded(entries, adding, role))
    for (const c of adding.list) if (c.state === 'known') adding.remove(c.name)
  }
  const save = async () => {
    setQuestion(undefined)
    adding.clear()
    if (!(await access.save(wanted))) return
    toast(`Who has access to “${name}” is saved.`)
    onClose()
  }
  const trySave = () => {
    if (!isSettled(adding.list))
      return setProblem('Some names above are not known. Remove or correct them first.')
    if (!hasOwner(wanted, grants.inherited)) return setProblem(noOwner(kind))
    const toEveryone = widening(entriesOf(grants), wanted)
    if (toEveryone) return setQuestion({ kind: 'everyone', role: toEveryone })
    save()
  }
  const tryClose = () => {
    // Esc in the field for people closes its suggestions first.
    if (document.activeElement?.getAttribute('aria-expanded') === 'true') return
    if (question?.kind === 'discard') return setQuestion(undefined)
    if (access.dirty || adding.list.length > 0) return setQuestion({ kind: 'discard' })
    onClose()
  }
  const leaving = !keepsManaging(me, wanted, grants.inherited)
  return (
    <Dialog
      open
      wide
      onOpenChange={tryClose}
      title={`Share “${name}”`}
      description={<ReachLine me={me} grants={grants} entries={wanted} />}
      actions={
        <AccessFooter
          question={question}
          kind={kind}
          dirty={access.dirty || adding.list.length > 0}
          saving={access.saving}
          onSave={trySave}
          onSure={save}
          onBack={() => setQuestion(undefined)}
          onCancel={tryClose}
          onDiscard={onClose}
        />
      }
    >
      <div className={styles.editor}>
        {merged && merged.theirs.length > 0 && (
          <Banner kind="warn">
            Somebody else changed the access of {merged.theirs.map(nameOf).join(', ')} meanwhile. Your changes
            were kept on top of theirs
            {merged.both.length > 0 && `, also for ${merged.both.map(nameOf).join(', ')}`}. Look at the list,
            then save again.
          </Banner>
        )}
        <AddPeople people={adding} role={role} onRole={setRole} onAdd={add} entries={entries} />
        <div className={styles.views}>
          <h3 className={styles.heading}>Who has access</h3>
          <Segmented
            label="Show as"
            value={view}
            options={[
              { value: 'people', label: 'People' },
              { value: 'lists', label: 'Four lists' },
            ]}
            onChange={setView}
          />
        </div>
        {view === 'people' ? (
          <AccessRows entries={entries} me={me} onChange={change} />
        ) : (
          <RoleLists entries={entries} onChange={change} />
        )}
        <DatedList grants={grants} me={me} />
        <InheritedList grants={grants} me={me} kind={kind} />
        <RoleTable />
        {leaving && (
          <Banner kind="warn">After saving you can no longer change who has access: you are no owner.</Banner>
        )}
        {problem && <Banner kind="error">{problem}</Banner>}
        {access.error !== undefined && <ErrorNotice error={access.error} />}
      </div>
    </Dialog>
  )
}

function withAdded(entries: Entry[], adding: { list: Parameters<typeof knownOf>[0] }, role: Role): Entry[] {
  return knownOf(adding.list).reduce((list, principal) => give(list, principal, role), entries)
}

const noOwner = (kind: Node['kind']) =>
  `A ${kind} keeps at least one owner. Let somebody manage it, then take the last owner away.`
