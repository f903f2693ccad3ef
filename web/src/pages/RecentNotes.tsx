import type { Me, Node } from '../api/types'
import { Link } from '../app/router'
import { pathOf, pathText } from '../tree/nodes'
import { recentNotes } from '../tree/opened'
import { SharedMark } from '../tree/SharedMark'
import { NoteIcon } from '../ui/icons'
import styles from './RecentNotes.module.css'
import { When } from './When'

const mostOpened = 6
const mostChanged = 12

export interface RecentNotesProps {
  me: Me
  nodes: ReadonlyMap<string, Node>
  /** Keeps to some of them. */
  isShown?: (note: Node) => boolean
}

/** The notes one opened last here, and those that anybody changed last. */
export function RecentNotes({ me, nodes, isShown = () => true }: RecentNotesProps) {
  const opened = recentNotes(me.id)
    .map((id) => nodes.get(id))
    .filter((n) => n?.kind === 'note' && isShown(n))
    .slice(0, mostOpened) as Node[]
  const changed = [...nodes.values()]
    .filter((n) => n.kind === 'note' && isShown(n))
    .sort((a, b) => Date.parse(b.changedAt) - Date.parse(a.changedAt))
    .slice(0, mostChanged)
  return (
    <>
      {opened.length > 0 && <NoteList title="Opened last" notes={opened} nodes={nodes} />}
      <NoteList title="Changed last" notes={changed} nodes={nodes} />
    </>
  )
}

function NoteList(props: { title: string; notes: Node[]; nodes: ReadonlyMap<string, Node> }) {
  return (
    <section>
      <h2 className={styles.title}>{props.title}</h2>
      <ul className={styles.list}>
        {props.notes.map((note) => (
          <li key={note.id} className={styles.note}>
            <NoteIcon />
            <div className={styles.names}>
              <Link href={`/n/${note.id}`} className={styles.name}>
                {note.name}
              </Link>
              <span className={styles.path}>{pathText(pathOf(props.nodes, note.id).slice(0, -1))}</span>
            </div>
            <span className={styles.shared}>
              <SharedMark node={note} word />
            </span>
            <span className={styles.when}>
              <When time={note.changedAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
