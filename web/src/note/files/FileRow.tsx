import { useState } from 'react'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { IconButton } from '../../ui/IconButton'
import { EditIcon, FolderIcon, LinkIcon, MoreIcon, NoteIcon, TrashIcon, WarningIcon } from '../../ui/icons'
import { Menu, MenuItem } from '../../ui/Menu'
import { toast, toastError } from '../../ui/Toast'
import { useNote } from '../page/context'
import { when } from '../page/runWords'
import styles from './FilesPanel.module.css'
import { contentAddress, deleteFile, type FileEntry, renameFile, sizeText } from './files'
import { NameDialog } from './NameDialog'

export interface FileRowProps {
  entry: FileEntry
  path: string
  mayWrite: boolean
  onOpen: (path: string) => void
  onChange: () => void
}

/** A file, folder or other thing, with what can be done with it. */
export function FileRow({ entry, path, mayWrite, onOpen, onChange }: FileRowProps) {
  return (
    <li className={styles.row}>
      <span className={styles.icon}>{icons[entry.kind]}</span>
      <span className={styles.what}>
        <Name entry={entry} path={path} onOpen={onOpen} />
        <span className={styles.about}>{about(entry)}</span>
      </span>
      {mayWrite && <Actions entry={entry} path={path} onChange={onChange} />}
    </li>
  )
}

const icons = { file: <NoteIcon />, folder: <FolderIcon />, link: <LinkIcon />, other: <WarningIcon /> }

function about(e: FileEntry): string {
  const changed = when(e.changedAt)
  if (e.kind === 'file') return `${sizeText(e.size)} · ${changed}`
  if (e.kind === 'link') return `link · ${changed}`
  return e.kind === 'folder' ? changed : 'no file: it cannot be read'
}

function Name({ entry, path, onOpen }: Pick<FileRowProps, 'entry' | 'path' | 'onOpen'>) {
  const { client } = useNote()
  if (entry.kind === 'folder')
    return (
      <button type="button" className={styles.link} onClick={() => onOpen(path)}>
        {entry.name}
      </button>
    )
  if (entry.kind === 'other') return <span className={styles.plain}>{entry.name}</span>
  return (
    <a className={styles.link} href={contentAddress(client.note, path)} download data-tip="Download">
      {entry.name}
    </a>
  )
}

function Actions({ entry, path, onChange }: Pick<FileRowProps, 'entry' | 'path' | 'onChange'>) {
  const { client } = useNote()
  const [asking, setAsking] = useState<'' | 'rename' | 'delete'>('')
  const folder = path.slice(0, path.length - entry.name.length)
  const rename = async (name: string) => {
    await renameFile(client.note, path, folder + name)
    onChange()
  }
  const remove = async () => {
    try {
      await deleteFile(client.note, path)
      toast(`“${entry.name}” was deleted.`)
    } catch (e) {
      toastError(e)
    }
    onChange()
  }
  return (
    <>
      <Menu
        trigger={
          <IconButton label={`More about ${entry.name}`}>
            <MoreIcon />
          </IconButton>
        }
      >
        <MenuItem icon={<EditIcon />} onSelect={() => setAsking('rename')}>
          Rename
        </MenuItem>
        <MenuItem icon={<TrashIcon />} danger onSelect={() => setAsking('delete')}>
          Delete
        </MenuItem>
      </Menu>
      {asking === 'rename' && (
        <NameDialog
          title={`Rename “${entry.name}”`}
          verb="Rename"
          name={entry.name}
          onClose={() => setAsking('')}
          onName={rename}
        />
      )}
      <ConfirmDialog
        open={asking === 'delete'}
        onOpenChange={() => setAsking('')}
        title={`Delete “${entry.name}”?`}
        confirm="Delete"
        danger
        onConfirm={() => void remove()}
      >
        {entry.kind === 'folder'
          ? 'Everything in it goes too, for everybody on this note. This cannot be undone.'
          : 'It goes for everybody on this note. This cannot be undone.'}
      </ConfirmDialog>
    </>
  )
}
