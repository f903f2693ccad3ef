import type { Me, Node } from '../api/types'
import { recentNotes } from '../tree/opened'
import { NodeList } from './NodeList'

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
      {opened.length > 0 && <NodeList title="Opened last" shown={opened} nodes={nodes} />}
      <NodeList title="Changed last" shown={changed} nodes={nodes} />
    </>
  )
}
