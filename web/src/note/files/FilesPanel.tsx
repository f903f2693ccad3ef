// The note's files: a panel with one folder at a time, what is arriving, and how much
// room is left.
import { useCallback, useEffect, useRef, useState } from 'react'
import { Banner } from '../../ui/Banner'
import { Button } from '../../ui/Button'
import { Drawer } from '../../ui/Drawer'
import { EmptyState } from '../../ui/EmptyState'
import { IconButton } from '../../ui/IconButton'
import { CloudOffIcon, FolderIcon, PlusIcon, RestartIcon, UploadIcon, WarningIcon } from '../../ui/icons'
import { Skeleton } from '../../ui/Skeleton'
import { useDropFiles } from '../../ui/useDropFiles'
import { useClient, useMay, useNote } from '../page/context'
import { Breadcrumb } from './Breadcrumb'
import { ClashDialog } from './ClashDialog'
import { FileRow } from './FileRow'
import styles from './FilesPanel.module.css'
import { type FileList, inFolder, makeFolder } from './files'
import { NameDialog } from './NameDialog'
import { QuotaBar } from './QuotaBar'
import { UploadRows } from './UploadRows'
import { uploadsInto, useUploads } from './uploads'
import { useFolder } from './useFolder'

export function FilesPanel({ onClose }: { onClose: () => void }) {
  const { client } = useNote()
  const mayWrite = useMay('write')
  const online = useClient((c) => c.isOnline())
  const [path, setPath] = useState('')
  const folder = useFolder(client.note, path)
  const upload = useUploading(client.note, path, folder.list, folder.reload)
  const canWrite = mayWrite && online
  const drop = useDropFiles((files) => canWrite && upload.add(files))
  return (
    <Drawer
      open
      onOpenChange={onClose}
      title="Files"
      footer={
        folder.list && (
          <QuotaBar used={folder.list.used} quota={folder.list.quota} tooMany={folder.list.tooMany} />
        )
      }
    >
      {!online && (
        <Banner kind="warn" icon={<CloudOffIcon />}>
          Not connected. Files can be changed again when the connection is back.
        </Banner>
      )}
      <div className={styles.bar}>
        <Breadcrumb path={path} onOpen={setPath} />
        {mayWrite && <Tools path={path} disabled={!online} onFiles={upload.add} onChange={folder.reload} />}
        <IconButton label="Look again" onClick={folder.reload}>
          <RestartIcon />
        </IconButton>
      </div>
      <div
        className={drop.over && canWrite ? `${styles.drop} ${styles.over}` : styles.drop}
        data-testid="drop"
        {...(canWrite ? drop.events : {})}
      >
        <UploadRows uploads={upload.uploads} />
        <FolderView path={path} folder={folder} mayWrite={canWrite} onOpen={setPath} />
      </div>
      <ClashDialog uploads={upload.uploads} taken={upload.taken} />
    </Drawer>
  )
}

/** What uploads into the folder that is shown need. */
function useUploading(note: string, path: string, list: FileList | undefined, reload: () => void) {
  const uploads = uploadsInto(note)
  useUploads(uploads)
  useEffect(() => {
    uploads.onChange = reload
    return () => {
      uploads.onChange = () => {}
    }
  }, [uploads, reload])
  const taken = new Set(list?.entries.map((e) => e.name))
  const room = list ? list.quota - list.used : Number.POSITIVE_INFINITY
  return { uploads, taken, add: (files: readonly File[]) => uploads.add(files, path, taken, room) }
}

interface ToolsProps {
  path: string
  disabled: boolean
  onFiles: (files: readonly File[]) => void
  onChange: () => void
}

function Tools({ path, disabled, onFiles, onChange }: ToolsProps) {
  const { client } = useNote()
  const input = useRef<HTMLInputElement>(null)
  const [naming, setNaming] = useState(false)
  const make = useCallback(
    async (name: string) => {
      await makeFolder(client.note, inFolder(path, name))
      onChange()
    },
    [client.note, path, onChange],
  )
  return (
    <>
      <IconButton label="New folder" disabled={disabled} onClick={() => setNaming(true)}>
        <PlusIcon />
      </IconButton>
      <Button kind="primary" disabled={disabled} onClick={() => input.current?.click()}>
        <UploadIcon />
        Upload
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(e) => {
          onFiles([...(e.target.files ?? [])])
          e.target.value = ''
        }}
      />
      {naming && <NameDialog title="New folder" verb="Make" onClose={() => setNaming(false)} onName={make} />}
    </>
  )
}

interface FolderViewProps {
  path: string
  folder: ReturnType<typeof useFolder>
  mayWrite: boolean
  onOpen: (path: string) => void
}

function FolderView({ path, folder, mayWrite, onOpen }: FolderViewProps) {
  const { list, error, reload } = folder
  if (error !== undefined)
    return (
      <Banner kind="error" icon={<WarningIcon />} actions={<Button onClick={reload}>Try again</Button>}>
        {error instanceof Error ? error.message : String(error)}
      </Banner>
    )
  if (!list) return <Skeleton rows={5} height={28} label="Looking for files" />
  if (list.entries.length === 0) return <Empty mayWrite={mayWrite} isTop={path === ''} />
  return (
    <>
      <ul className={styles.list} aria-label={path ? `Files in ${path}` : 'Files of this note'}>
        {list.entries.map((e) => (
          <FileRow
            key={e.name}
            entry={e}
            path={inFolder(path, e.name)}
            mayWrite={mayWrite}
            onOpen={onOpen}
            onChange={reload}
          />
        ))}
      </ul>
      {list.more > 0 && (
        <p className={styles.more}>
          … and {list.atLeast ? 'more than ' : ''}
          {list.more.toLocaleString()} more. Code in the note sees them all.
        </p>
      )}
    </>
  )
}

function Empty({ mayWrite, isTop }: { mayWrite: boolean; isTop: boolean }) {
  return (
    <EmptyState icon={<FolderIcon />} title={isTop ? 'No files yet' : 'This folder is empty'}>
      {mayWrite
        ? 'Drop files here, or upload them. Code in the note reads and writes them where it runs.'
        : 'Files that code in the note writes, and those that writers upload, appear here.'}
    </EmptyState>
  )
}
