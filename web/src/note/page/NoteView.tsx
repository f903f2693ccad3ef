// The open note: header, banners, paragraphs, and the panels that open over them.
import { lazy, Suspense, useEffect } from 'react'
import { TopBar } from '../../app/AppShell'
import { ShareDialog } from '../../share/ShareDialog'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import type { Panel } from '../commands/context'
import { restartKernel } from '../commands/running'
import { listenForKeys } from '../keys/handler'
import { useSlice } from '../replica/store'
import { ScratchProvider, useScratchOf } from '../scratch/useScratch'
import { Banners } from './Banners'
import { useNote } from './context'
import { NoteHeader } from './NoteHeader'
import { NoteStatus } from './NoteStatus'
import styles from './NoteView.module.css'
import { ParagraphList } from './ParagraphList'
import { useRunNews } from './useRunNews'

const HelpDialog = lazy(() => import('../keys/HelpDialog').then((m) => ({ default: m.HelpDialog })))
const CommandPalette = lazy(() =>
  import('../keys/CommandPalette').then((m) => ({ default: m.CommandPalette })),
)
const FilesPanel = lazy(() => import('../files/FilesPanel').then((m) => ({ default: m.FilesPanel })))
const ExportDialog = lazy(() => import('../files/ExportDialog').then((m) => ({ default: m.ExportDialog })))
const CloneDialog = lazy(() => import('../files/CloneDialog').then((m) => ({ default: m.CloneDialog })))
const KernelDialog = lazy(() => import('../runs/KernelDialog').then((m) => ({ default: m.KernelDialog })))
const RunsPanel = lazy(() => import('../runs/RunsPanel').then((m) => ({ default: m.RunsPanel })))

export function NoteView({
  panel,
  onPanel,
}: {
  panel: Panel | null
  onPanel: (panel: Panel | null) => void
}) {
  const note = useNote()
  useEffect(() => listenForKeys(note), [note])
  useEffect(() => {
    performance.mark('quire:snapshot')
    requestAnimationFrame(() => setTimeout(() => performance.mark('quire:firstPaint')))
  }, [])
  useRunNews()
  const scratch = useScratchOf(note.client.note)
  return (
    <ScratchProvider value={scratch}>
      <TopBar>
        <NoteHeader />
      </TopBar>
      <div className={styles.page}>
        <Banners />
        <ParagraphList />
      </div>
      <NoteStatus />
      <Panels panel={panel} onPanel={onPanel} />
    </ScratchProvider>
  )
}

function Panels({ panel, onPanel }: { panel: Panel | null; onPanel: (panel: Panel | null) => void }) {
  const note = useNote()
  const name = useSlice(note.client.store, 'head', (s) => s.name)
  const close = (open: boolean) => !open && onPanel(null)
  return (
    <Suspense>
      {panel === 'help' && <HelpDialog onClose={() => onPanel(null)} />}
      {panel === 'files' && <FilesPanel onClose={() => onPanel(null)} />}
      {panel === 'export' && <ExportDialog onClose={() => onPanel(null)} />}
      {panel === 'kernel' && <KernelDialog onClose={() => onPanel(null)} />}
      {panel === 'runs' && <RunsPanel onClose={() => onPanel(null)} />}
      {panel === 'clone' && <CloneDialog onClose={() => onPanel(null)} />}
      {panel === 'palette' && <CommandPalette onClose={() => onPanel(null)} />}
      <ShareDialog node={note.client.note} name={name} open={panel === 'share'} onOpenChange={close} />
      <ConfirmDialog
        open={panel === 'restart'}
        onOpenChange={close}
        title="Restart the kernel?"
        confirm="Restart"
        danger
        onConfirm={() => void restartKernel(note)}
      >
        Everything it holds in memory is lost, for everybody who uses it: variables, imports, what is running.
        Texts and outputs stay.
      </ConfirmDialog>
    </Suspense>
  )
}
