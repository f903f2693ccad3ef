import styles from './FilesPanel.module.css'
import { sizeText } from './files'

/** How much of what a note's files may take is used. */
export function QuotaBar({ used, quota, tooMany }: { used: number; quota: number; tooMany: boolean }) {
  const share = quota > 0 ? Math.min(1, used / quota) : 1
  const look = share > 0.95 || tooMany ? styles.full : styles.used
  return (
    <div className={styles.quota}>
      <div className={styles.track} aria-hidden="true">
        <div className={look} style={{ width: `${share * 100}%` }} />
      </div>
      <span>
        {tooMany ? 'More than ' : ''}
        {sizeText(used)} of {sizeText(quota)} used
        {used > quota && '; nothing can be uploaded until something is deleted'}
        {tooMany && '; there are too many files to upload more'}
      </span>
    </div>
  )
}
