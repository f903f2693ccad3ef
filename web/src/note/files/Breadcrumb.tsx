import styles from './FilesPanel.module.css'
import { crumbs } from './files'

/** The way to the folder that is shown. */
export function Breadcrumb({ path, onOpen }: { path: string; onOpen: (path: string) => void }) {
  const way = crumbs(path)
  return (
    <nav className={styles.crumbs} aria-label="Folder">
      {way.map((c, i) =>
        i === way.length - 1 ? (
          <span key={c.path} className={styles.here} aria-current="location">
            {c.name}
          </span>
        ) : (
          <span key={c.path} className={styles.crumb}>
            <button type="button" className={styles.link} onClick={() => onOpen(c.path)}>
              {c.name}
            </button>
            <span aria-hidden="true">/</span>
          </span>
        ),
      )}
    </nav>
  )
}
