import { IconButton } from '../../ui/IconButton'
import { CheckIcon, CloseIcon, UploadIcon, WarningIcon } from '../../ui/icons'
import styles from './FilesPanel.module.css'
import { sizeText } from './files'
import { type Upload, type Uploads, useUploads } from './uploads'

/** What is arriving, with how far it is. */
export function UploadRows({ uploads }: { uploads: Uploads }) {
  const list = useUploads(uploads)
  if (list.length === 0) return null
  const over = list.every((u) => u.state === 'done' || u.state === 'failed')
  return (
    <section className={styles.uploads} aria-label="Uploads">
      <ul className={styles.list}>
        {list.map((u) => (
          <UploadRow key={u.id} upload={u} onCancel={() => uploads.cancel(u.id)} />
        ))}
      </ul>
      {over && (
        <button type="button" className={styles.clear} onClick={() => uploads.clear()}>
          Clear this list
        </button>
      )}
    </section>
  )
}

function UploadRow({ upload: u, onCancel }: { upload: Upload; onCancel: () => void }) {
  const isOver = u.state === 'done' || u.state === 'failed'
  return (
    <li className={styles.row}>
      <span className={u.state === 'failed' ? styles.bad : styles.icon}>
        {u.state === 'done' ? <CheckIcon /> : u.state === 'failed' ? <WarningIcon /> : <UploadIcon />}
      </span>
      <span className={styles.what}>
        <span className={styles.plain}>{u.name}</span>
        <span
          className={u.state === 'failed' ? styles.bad : styles.about}
          role={isOver ? 'status' : undefined}
        >
          {words(u)}
        </span>
        {u.state === 'sending' && (
          <progress
            className={styles.progress}
            aria-label={`Uploading ${u.name}`}
            value={u.sent}
            max={Math.max(u.size, 1)}
          />
        )}
      </span>
      <IconButton
        label={isOver ? `Take ${u.name} off this list` : `Cancel the upload of ${u.name}`}
        onClick={onCancel}
      >
        <CloseIcon />
      </IconButton>
    </li>
  )
}

function words(u: Upload): string {
  switch (u.state) {
    case 'waiting':
      return 'waiting'
    case 'clash':
      return 'there is one with this name already'
    case 'sending':
      return `${sizeText(u.sent)} of ${sizeText(u.size)}`
    case 'done':
      return `uploaded, ${sizeText(u.size)}`
    case 'failed':
      return u.failure ?? 'it did not arrive'
  }
}
