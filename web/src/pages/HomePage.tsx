import { useRef, useState } from 'react'
import type { Me, Node } from '../api/types'
import { TopBar } from '../app/AppShell'
import { navigate, usePlace } from '../app/router'
import { useMe } from '../app/session'
import { createExample } from '../tree/actions'
import { folderAt } from '../tree/address'
import { NewNoteDialog } from '../tree/NewNoteDialog'
import { loadTree, useTree } from '../tree/store'
import { EmptyWorkspace, WorkspaceNotice } from '../tree/WorkspaceChoice'
import { useWorkspace, type Workspace } from '../tree/workspace'
import { Button } from '../ui/Button'
import { EyeIcon, NoteIcon, PlusIcon, UploadIcon } from '../ui/icons'
import { Skeleton } from '../ui/Skeleton'
import { toastError } from '../ui/Toast'
import { useDropFiles } from '../ui/useDropFiles'
import { ErrorPage } from './ErrorPage'
import { FolderPage } from './FolderPage'
import { GuestHome } from './Guest'
import styles from './HomePage.module.css'
import { ImportList } from './ImportList'
import { importable } from './imports'
import { RecentNotes } from './RecentNotes'
import { SearchField, SearchResults } from './Search'
import { useImports } from './useImports'
import { usePageTitle } from './usePageTitle'

export function HomePage() {
  const me = useMe()
  const folder = folderAt(usePlace())
  if (me?.guest) return <GuestHome me={me} />
  if (me && folder) return <FolderPage key={folder} me={me} id={folder} />
  return me && <HomeOf me={me} />
}

function HomeOf({ me }: { me: Me }) {
  const query = new URLSearchParams(usePlace().search).get('q')?.trim() ?? ''
  const [workspace, setWorkspace] = useWorkspace(me.id)
  const [creating, setCreating] = useState(false)
  const imports = useImports()
  const picker = useRef<HTMLInputElement>(null)
  const drop = useDropFiles(imports.add)
  usePageTitle(query ? `Search: ${query}` : 'Home')
  const choose = () => picker.current?.click()
  return (
    <div className={styles.page} {...drop.events}>
      <TopBar>
        <span className={styles.place}>Home</span>
      </TopBar>
      <div className={styles.head}>
        <h1 className={styles.title}>Notes</h1>
        <Button onClick={choose}>
          <UploadIcon />
          Import
        </Button>
        <Button kind="primary" onClick={() => setCreating(true)}>
          <PlusIcon />
          New note
        </Button>
        <input
          ref={picker}
          type="file"
          hidden
          multiple
          accept={importable.join(',')}
          aria-label="Notes to import"
          onChange={(e) => {
            imports.add([...(e.target.files ?? [])])
            e.target.value = '' // so that the same file can be chosen again
          }}
        />
      </div>
      <SearchField workspace={workspace} />
      <ImportList {...imports} />
      {query ? (
        <SearchResults query={query} workspace={workspace} onWorkspace={setWorkspace} />
      ) : (
        <Notes
          me={me}
          workspace={workspace}
          onWorkspace={setWorkspace}
          onNew={() => setCreating(true)}
          onImport={choose}
        />
      )}
      {creating && <NewNoteDialog me={me} onClose={() => setCreating(false)} />}
      {drop.over && (
        <div className={styles.drop}>
          <UploadIcon />
          Drop notes here to import them
        </div>
      )}
    </div>
  )
}

interface NotesProps {
  me: Me
  workspace: Workspace
  onWorkspace: (workspace: Workspace) => void
  onNew: () => void
  onImport: () => void
}

function Notes({ me, workspace, onWorkspace, onNew, onImport }: NotesProps) {
  const { nodes, error } = useTree()
  if (!nodes && error !== undefined) return <ErrorPage error={error} onRetry={loadTree} />
  if (!nodes) return <Skeleton rows={6} height={40} label="Loading notes" />
  const notes = [...nodes.values()].filter((n) => n.kind === 'note')
  if (notes.length === 0) return <NoNotes onNew={onNew} onImport={onImport} />
  const isShown = (n: Node) => workspace === 'all' || n.shared === workspace
  if (!notes.some(isShown)) return <EmptyWorkspace workspace={workspace} onAll={() => onWorkspace('all')} />
  return (
    <>
      {workspace !== 'all' && <WorkspaceNotice workspace={workspace} onAll={() => onWorkspace('all')} />}
      <RecentNotes me={me} nodes={nodes} isShown={isShown} />
    </>
  )
}

/** What a home without notes offers. */
function NoNotes({ onNew, onImport }: Pick<NotesProps, 'onNew' | 'onImport'>) {
  const [busy, setBusy] = useState(false)
  const example = async () => {
    setBusy(true)
    try {
      const note: Node = await createExample()
      navigate(`/n/${note.id}`)
    } catch (e) {
      toastError(e)
      setBusy(false)
    }
  }
  return (
    <section aria-label="Begin here">
      <p className={styles.lead}>There are no notes yet that you may read. Begin with one of these.</p>
      <ul className={styles.cards}>
        <li className={styles.card}>
          <EyeIcon />
          <h2>Example note</h2>
          <p>Text, code, a picture, a table and an error. Yours to run and change.</p>
          <Button kind="primary" busy={busy} onClick={example}>
            Open the example
          </Button>
        </li>
        <li className={styles.card}>
          <NoteIcon />
          <h2>New note</h2>
          <p>An empty one, with a name and a folder of your choice.</p>
          <Button onClick={onNew}>Create a note</Button>
        </li>
        <li className={styles.card}>
          <UploadIcon />
          <h2>Import</h2>
          <p>Notes from Zeppelin (.zpln, .json) and Jupyter (.ipynb). Drop files anywhere here.</p>
          <Button onClick={onImport}>Choose files</Button>
        </li>
      </ul>
    </section>
  )
}
